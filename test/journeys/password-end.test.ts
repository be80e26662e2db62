import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { currentCredentials } from '../../src/cli/credentials/current.ts'
import type { PasswordEnd } from '../../src/kernel/password-end.ts'
import { Browser } from '../http/browser.ts'
import { requirePeer } from '../peers/require.ts'
import { type Slapd, startSlapd } from '../peers/slapd.ts'
import { directorySettings, engineer, slapdConnector } from './directory-settings.ts'
import { openRunning } from './running.ts'

let slapd: Slapd
before(async (t) => {
  if (requirePeer(t as TestContext, 'slapd')) slapd = await startSlapd()
})
after(() => slapd?.[Symbol.asyncDispose]())

const open = (more: Readonly<Record<string, unknown>> = {}, branding = '') =>
  openRunning(branding + directorySettings({ ...slapdConnector(slapd), ...more }))
const notice = (text: string) =>
  /<div class="msg (\w+) notice" role="status"><svg.*?<\/svg><div>(.*?)<\/div><\/div>/s.exec(
    text.replace(/<div class="msg warn notice" role="status" data-ended.*?<\/div><\/div>/s, ''),
  )

test('the portal tells when the password expires, and where to change it', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using at = await open({ passwordUrl: 'https://password.example.com/?a=1&b="2"' })
  const shown = async (name: string) => {
    const browser = new Browser(at.origin)
    await browser.signIn(name, slapd.passwordOf(name), { connector: 'corp' })
    const [first, later] = [await browser.get('/portal'), await browser.get('/portal?q=eng')]
    assert.equal(notice(first.text)?.[0], notice(later.text)?.[0], 'it stays')
    return notice(first.text)?.slice(1)
  }
  const [look, text] = (await shown('grace')) ?? []
  assert.equal(look, 'warn')
  assert.match(text!, /Your password has expired, and 3 more sign-ins with it are left/)
  const link = 'href="https://password.example.com/?a=1&amp;b=&quot;2&quot;"'
  assert.ok(text?.includes(link), text)
  const [calm, warned] = (await shown('warned')) ?? []
  assert.equal(calm, 'ink')
  assert.match(warned!, /Your password expires in 10 days/)
  assert.equal(await shown('alice'), undefined)
})

test('without a page for passwords, the notice leads to where people get help', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using at = await open({}, 'branding: { helpUrl: "https://help.example.com/" }\n')
  const browser = new Browser(at.origin)
  await browser.signIn('warned', slapd.passwordOf('warned'), { connector: 'corp' })
  const [, , text] = notice((await browser.get('/portal')).text) ?? []
  assert.match(text!, /tool for passwords.*<a href="https:\/\/help.example.com\/">/s)
})

test('a call with the password is told too, in its answer and in the audit trail', async (t) => {
  if (!requirePeer(t, 'slapd')) return
  await using at = await open()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
  t.after(() => rm(folder, { recursive: true }))
  const told: PasswordEnd[] = []
  const call = (username: string) =>
    currentCredentials(
      { endpoint: at.origin, username, roleArn: engineer },
      {
        folder,
        ask: async () => ({ username, password: slapd.passwordOf(username) }),
        passwordEnds: (end) => void told.push(end),
      },
    )
  for (const name of ['grace', 'grace', 'warned', 'alice']) await call(name)
  assert.equal(told.length, 2, 'once for each sign-in: the second call of one takes the cache')
  const [grace, warned] = told
  assert.deepEqual(grace, { signInsLeft: 2 })
  assert.ok(warned && 'expiresAt' in warned)
  const events = await at.events(3)
  assert.deepEqual(
    events.map(({ additionalEventData }) => {
      const end = additionalEventData.gatehouse.identity?.passwordEnd
      return end && ('signInsLeft' in end ? end.signInsLeft : typeof end.expiresAt)
    }),
    [2, 'string', undefined],
  )
})
