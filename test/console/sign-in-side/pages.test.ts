import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser } from '../../http/browser.ts'
import { openRig, type Rig } from '../rig.ts'

const account = '111122223333'
let rig: Rig
let browser: Browser
before(async () => {
  rig = await openRig()
  browser = await rig.consoleAs('Admin')
})
after(() => rig[Symbol.asyncDispose]())

const plain = (text: string) => text.replaceAll('<wbr>', '').replaceAll('&#39;', "'")

/** Sends the question as the page's form does. */
async function ask(path: string, fields: Readonly<Record<string, string>>) {
  const { csrf } = await browser.get(path)
  const shown = await browser.post(path, { _csrf: csrf, ...fields })
  return { status: shown.status, text: plain(shown.text) }
}

test('a connector shows who signed in, who was refused and why, and leads to a trial', async () => {
  const guest = new Browser(rig.running.origin)
  const { csrf: _csrf } = await guest.get('/signin?connector=staff')
  const form = { _csrf, connector: 'staff', username: '<b>jonas</b>', next: '' }
  await guest.post('/signin', { ...form, password: 'a wrong password' })
  assert.match((await browser.get('/console/connectors')).text, /\/console\/connectors\/staff"/)
  let shown = ''
  // What a sign-in proved is kept while nobody waits for it.
  while (!shown.includes('subject=')) shown = (await browser.get('/console/connectors/staff')).text
  assert.match(shown, /Reachable/)
  assert.match(shown, /Amina Diallo/)
  assert.match(shown, /credentials-rejected/)
  assert.doesNotMatch(shown, /a wrong password|<b>jonas/)
  const trial = /href="(\/console\/mapping\?connector=staff&amp;subject=[^"]+)"/.exec(shown)![1]!
  const tried = plain((await browser.get(trial.replaceAll('&amp;', '&'))).text)
  assert.match(tried, /Roles of amina \(staff\)/)
  assert.match(tried, /Developer/)
  assert.equal((await browser.get('/console/connectors/unknown')).status, 404)
})

test('an identity that somebody wrote is tried, and its mistakes are told by line', async () => {
  const written = 'connector: staff\nusername: nadia\ngroups: [auditors]\n'
  const good = await ask('/console/mapping', { identity: written })
  assert.match(good.text, /Roles of nadia \(staff\)/)
  assert.match(good.text, /Auditor[\s\S]*Offered/)
  const bad = await ask('/console/mapping', { identity: `${written}grups: []\n` })
  assert.equal(bad.status, 400)
  assert.match(bad.text, /line 4: .*grups/)
  assert.match(bad.text, /username: nadia/, 'what was typed stays')
  const both = await ask('/console/mapping', { identity: written, connector: 'staff' })
  assert.match(both.text, /not both/)
})

test('edited rules tell who would gain and lose, and their mistakes', async () => {
  const role = `arn:aws:iam::${account}:role/Developer`
  const rules = `- name: everybody\n  grants: [{ role: "${role}" }]\n`
  const { text } = await ask('/console/replay', { rules })
  assert.match(text, /amina[\s\S]*Loses[\s\S]*BillingViewer/)
  assert.match(text, /Changes[\s\S]*Developer[\s\S]*tags: /)
  const wrong = await ask('/console/replay', { rules: '- name: x\n  when: "1 +"\n' })
  assert.equal(wrong.status, 400)
  assert.match(wrong.text, /line [12]:/)
  const days = await ask('/console/replay', { rules, days: '500' })
  assert.equal(days.status, 400)
  assert.match(days.text, /A number from 1 to 400/)
})
