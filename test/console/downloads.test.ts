import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chips, none, text, time } from '../../src/console/cells.ts'
import { fileOf } from '../../src/console/download.ts'
import type { Browser } from '../http/browser.ts'
import { openRig, type Rig } from './rig.ts'

const table = {
  name: 'users',
  heads: [{ head: 'User' }, { head: 'Tags' }, { head: 'Created' }],
  rows: [
    [text('=HYPERLINK("http://x")'), chips(['a', 'b,c']), time(new Date(0))],
    [text('@SUM(A1)'), none(), text('-1+1')],
    [text('plain'), text('two\nlines'), text('\tcmd')],
  ],
  cut: false,
}

test('a spreadsheet runs nothing of a file, and reads every field whole', () => {
  const { text: csv, name, type } = fileOf(table, 'csv')
  assert.deepEqual([name, type], ['users.csv', 'text/csv'])
  assert.equal(
    csv,
    'User,Tags,Created\r\n' +
      `"'=HYPERLINK(""http://x"")","a b,c",1970-01-01T00:00:00.000Z\r\n` +
      `"'@SUM(A1)",,"'-1+1"\r\n` +
      `plain,"two\nlines","'\tcmd"\r\n`,
  )
})

test('JSON has the texts as they are, and says when it is not all', () => {
  const { text: json, name } = fileOf({ ...table, cut: true }, 'json')
  assert.equal(name, 'users-first-3.json')
  const { complete, items } = JSON.parse(json)
  assert.equal(complete, false)
  assert.equal(items[0].User, '=HYPERLINK("http://x")')
})

let rig: Rig
let browser: Browser
before(async () => {
  rig = await openRig()
  browser = await rig.consoleAs('Admin')
})
after(() => rig[Symbol.asyncDispose]())

test('each list is a file, with its filters and beyond its pages', async () => {
  for (let i = 0; i < 60; i++)
    await rig.iam('CreateUser', { UserName: `member${i}`, Path: i < 55 ? '/many/' : '/few/' })
  const page = await browser.get('/console/users?path=/many/')
  const href = /href="([^"]+)" download>CSV/.exec(page.text)![1]!.replaceAll('&amp;', '&')
  const file = await browser.get(href)
  assert.match(file.headers.get('content-type')!, /^text\/csv/)
  assert.match(file.headers.get('content-disposition')!, /attachment; filename="users\.csv"/)
  assert.equal(file.headers.get('cache-control'), 'no-store')
  assert.equal(file.text.trim().split('\r\n').length, 56)
  for (const list of ['groups', 'roles', 'policies'])
    assert.equal(JSON.parse((await browser.get(`/console/${list}?as=json`)).text).complete, true)
  const odd = await browser.get('/console/users?as=exe')
  assert.match(odd.headers.get('content-type')!, /html/)
})

test('a file is refused as its list is', async () => {
  const powerless = await rig.consoleAs('Powerless')
  const refused = await powerless.get('/console/users?as=csv')
  assert.equal(refused.status, 403)
  assert.match(refused.headers.get('content-type')!, /html/)
})
