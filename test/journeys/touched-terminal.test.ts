import assert from 'node:assert/strict'
import { test } from 'node:test'
import { optionsIn } from '../console/sent-form.ts'
import { SoftKey } from '../credentials/soft-key.ts'
import { Browser, type Shown } from '../http/browser.ts'
import { demoSettings, openRunning } from './running.ts'
import { login, openLaptop } from './sign-in-laptop.ts'

const rule = `  - name: by key
    when: 'identity.strength == "hardware"'
    grants:
      - role: arn:aws:iam::111122223333:role/Auditor
`
/** The role's own lock is about the key, and no longer about a group. */
const groupLock = '{ "ForAnyValue:StringEquals": { "file:groups": auditors } }'
const keyLock = '{ NumericLessThan: { "aws:MultiFactorAuthAge": "900" } }'

test('a touched key opens roles to the terminal, in the portal and by a command', async () => {
  const demo = (await demoSettings()).replace('mappings:\n', `mappings:\n${rule}`)
  const settings = `${demo.replace(groupLock, keyLock)}\nsecurityKeys: { people: {} }\n`
  await using at = await openRunning(settings)
  await using laptop = await openLaptop()
  const signedIn = { username: 'jonas', password: 'jonas-demo-2026' }
  const { browser, code, err } = await login(laptop, at.origin, signedIn)
  assert.equal(code, 0, err)
  const before = await laptop.run(['credentials', '--role', 'Auditor'])
  assert.match(before.err, /no role `Auditor` is open to you/)
  const none = await laptop.run(['mfa', 'touch'])
  assert.match(none.err, /You have no security key yet/)
  // Long-term keys in the environment mean their user, whoever is signed in here.
  const keys = { AWS_ACCESS_KEY_ID: `AKIA${'A'.repeat(16)}`, AWS_SECRET_ACCESS_KEY: 'unknown' }
  const unknown = await laptop.run(['mfa', 'touch'], keys)
  assert.match(unknown.err, /security token included in the request is invalid/)
  const session = { ...keys, AWS_ACCESS_KEY_ID: `ASIA${'A'.repeat(16)}` }
  const inExec = await laptop.run(['mfa', 'touch'], session)
  assert.match(inExec.err, /You have no security key yet/)
  const key = new SoftKey(at.origin)
  const page = await browser.get('/portal/security/add-key')
  const fields = { _csrf: page.csrf, name: 'key', response: key.create(optionsIn(page)) }
  assert.equal((await browser.post('/portal/security/add-key', fields)).status, 303)
  const asked = await browser.get('/portal/security/touch')
  const response = key.get(optionsIn(asked))
  await browser.post('/portal/security/touch', { _csrf: asked.csrf, response })
  const after = await laptop.run(['credentials', '--role', 'Auditor', '--refresh'])
  assert.equal(after.code, 0, after.err)
  const first = JSON.parse(after.out)
  assert.match(first.SessionToken, /^ghs1\./)

  at.clock.pass(901)
  const late = await laptop.run(['credentials', '--role', 'Auditor', '--refresh'])
  assert.match(late.err, /no role|does not let you in/)
  const command = laptop.start(['mfa', 'touch', '--role', 'Auditor'])
  const address = await laptop.opened()
  const [, compared = ''] = await command.told(/shows the code ([A-Z]{4}-[A-Z]{4})/)
  await strangersAreRefused(at.origin, address)
  const mine = await browser.get(address)
  assert.match(mine.text, new RegExp(`data-code>${compared}<`))
  const form = touchForm(mine, key)
  const twisted = {
    ...form,
    response: key.get(optionsIn(mine), { origin: 'https://evil.example' }),
  }
  assert.equal((await browser.post('/portal/security/terminal', twisted)).status, 401)
  const again = touchForm(await browser.get(address), key)
  const { _csrf, ...unprotected } = again
  assert.equal((await browser.post('/portal/security/terminal', unprotected)).status, 403)
  const touched = await browser.post('/portal/security/terminal', again)
  const [, onward = ''] = /data-go-on="0" href="([^"]+)"/.exec(touched.text) ?? []
  assert.match(onward, /^http:\/\/127\.0\.0\.1:\d+\/signed-in\?state=/, touched.text)
  const twice = await browser.post('/portal/security/terminal', again)
  assert.equal(twice.status, 410, 'a touch counts once')
  const told = await new Browser(at.origin).get(onward.replaceAll('&amp;', '&'))
  assert.match(told.text, /The terminal knows of the touch/)
  const done = await command.ended
  assert.equal(done.code, 0, done.err)
  const second = JSON.parse(done.out)
  assert.notEqual(second.SessionToken, first.SessionToken)
  const kept = await laptop.run(['credentials', '--role', 'Auditor'])
  assert.equal(JSON.parse(kept.out).SessionToken, second.SessionToken)
  assert.equal((await browser.get(address)).status, 410)
})

function touchForm(shown: Shown, key: SoftKey): Record<string, string> {
  const response = key.get(optionsIn(shown))
  return { _csrf: shown.csrf, ticket: shown.hidden('ticket'), response }
}

/** Nobody signed in signs in first; another person is told whose it is not, and shown nothing. */
async function strangersAreRefused(origin: string, address: string): Promise<void> {
  const { pathname, search } = new URL(address)
  const nobody = await new Browser(origin).get(address)
  const next = new URLSearchParams({ next: `${pathname}${search}` })
  assert.equal(nobody.location, `/signin?${next}`)
  const amina = new Browser(origin)
  await amina.signIn('amina', 'amina-demo-2026')
  const refused = await amina.get(address)
  assert.equal(refused.status, 403)
  assert.match(refused.text, /That terminal is of somebody else/)
  assert.doesNotMatch(refused.text, /data-options|data-code/)
}
