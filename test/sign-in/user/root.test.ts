import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { readSettings } from '../../../src/config/load.ts'
import { codeOfStep, stepOf } from '../../../src/credentials/totp.ts'
import { hashPassword } from '../../../src/kernel/argon2id.ts'
import { optionsIn } from '../../console/sent-form.ts'
import { SoftKey } from '../../credentials/soft-key.ts'
import type { Browser, Shown } from '../../http/browser.ts'
import { account, openUsers, seedOf, type Users } from './users.ts'

const name = 'Root+Demo@example.com'
const password = 'break the glass 1'
const arn = `arn:aws:iam::${account}:root`

const at = await openUsers(`
securityKeys: { passkeys: true, residentKey: preferred }
`)
after(() => at[Symbol.asyncDispose]())
const { running, settings } = at.rig

/** Puts root into the settings: with `undefined`, takes it out. */
async function rootIs(word: string | undefined, mfa = 'required'): Promise<void> {
  running.clock.pass(1)
  const hash = word === undefined ? undefined : await hashPassword(word)
  const root = hash && `    root: { name: ${name}, passwordHash: "${hash}", mfa: ${mfa} }\n`
  await running.reload(settings.replace('    rootAccessKeys:', `${root ?? ''}    rootAccessKeys:`))
}

async function typed(browser: Browser, who: string, word: string, next = ''): Promise<Shown> {
  const page = await browser.get(`/signin/user/root?${new URLSearchParams({ next })}`)
  const fields = { _csrf: page.csrf, next: page.hidden('next'), name: who, password: word }
  return browser.post('/signin/user/root', fields)
}

async function send(browser: Browser, path: string, fields: Record<string, string> = {}) {
  const { csrf } = await browser.get('/portal')
  return browser.post(path, { _csrf: csrf, ...fields })
}

const codeOf = (seed: Buffer, steps = 0) => codeOfStep(seed, stepOf(running.clock.now()) + steps)

/** Adds the device that a root without one needs, and returns what it is seeded with. */
async function enrolled(browser: Browser): Promise<Buffer> {
  const page = await browser.get('/signin/user/enrol')
  const shown = await browser.post('/signin/user/enrol', { _csrf: page.csrf })
  const seed = seedOf(/<code>([A-Z2-7 ]+)<\/code>/.exec(shown.text)![1]!.replaceAll(' ', ''))
  const codes = { code: codeOf(seed, -1), 'next-code': codeOf(seed) }
  const done = await browser.post('/signin/user/enrol/codes', { _csrf: shown.csrf, ...codes })
  assert.equal(done.location, '/console', done.text)
  return seed
}

async function signedIn(): Promise<Browser> {
  const browser = at.browser()
  assert.equal((await typed(browser, name, password)).location, '/console')
  return browser
}

test('nobody is offered to be root, unless the settings name one', async () => {
  const browser = at.browser()
  assert.equal((await browser.get('/signin/user/root')).status, 404)
  assert.doesNotMatch((await browser.get('/signin')).text, /as root/)
  await rootIs(password)
  for (const path of ['/signin', '/signin/user/password', '/signin/demo'])
    assert.match((await browser.get(path)).text, /href="\/signin\/user\/root">Sign in as root/)
})

test('a root without a second factor has to add one first, and nothing else is open', async () => {
  await rootIs(password)
  const browser = at.browser()
  const first = await typed(browser, name.toLowerCase(), password)
  assert.equal(first.location, '/signin/user/enrol')
  for (const path of ['/console', '/portal/security'])
    assert.equal((await browser.get(path)).status, 303)
  for (const path of ['/signin/user/code', '/signin/user/change', '/signin/user/key'])
    assert.equal((await browser.get(path)).location, '/signin/user/enrol')
  const shown = await browser.post('/signin/user/enrol', {
    _csrf: (await browser.get('/signin/user/enrol')).csrf,
  })
  assert.equal(shown.headers.get('cache-control'), 'no-store')
  const wrong = { _csrf: shown.csrf, code: '000000', 'next-code': '111111' }
  const refused = await browser.post('/signin/user/enrol/codes', wrong)
  assert.equal(refused.status, 403)
  assert.match(refused.text, /These codes are not right/)
  const seed = await enrolled(browser)
  const console = await browser.get('/console')
  assert.equal(console.status, 200)
  const [login] = await at.events(
    'ConsoleLogin',
    ({ userIdentity, responseElements }) =>
      userIdentity.type === 'Root' && responseElements.ConsoleLogin === 'Success',
  )
  assert.deepEqual(
    { type: login?.userIdentity.type, id: login?.userIdentity.principalId },
    { type: 'Root', id: account },
  )
  assert.equal(login?.userIdentity.arn, arn)
  const additional = login?.additionalEventData as unknown as Record<string, string>
  assert.equal(additional.MFAUsed, 'Yes')
  const trail = JSON.stringify(await at.events('CreateVirtualMFADevice', () => true))
  assert.ok(!trail.includes(password))
  // Once it is there, the second factor is asked for, and a second device takes a session.
  const again = at.browser()
  assert.equal((await typed(again, name, password)).location, '/signin/user/code')
  assert.equal((await again.get('/signin/user/enrol')).location, '/signin/user/code')
  running.clock.pass(60)
  assert.equal((await at.code(again, codeOf(seed))).location, '/console')
  assert.match(await at.rig.iam('GetAccountSummary', {}), /PasswordPresent<\/key>\s*<value>1</)
  const report = await at.rig.iam('GetUser', {})
  assert.match(report, /<PasswordLastUsed>/)
  await at.rig.iam('DeactivateMFADevice', {
    SerialNumber: `arn:aws:iam::${account}:mfa/root-account-mfa-device`,
  })
})

test('a name that nobody has, a closed door and a wrong password are answered alike', async () => {
  await rootIs(password, 'optional')
  const answers = []
  for (const who of [name, 'nobody@example.com', account, 'demo', `${name}\u0000`]) {
    const shown = await typed(at.browser(), who, 'wrong')
    const text = shown.text.replaceAll(/GH-[\w-]+|value="[^"]*"/g, '')
    answers.push({ status: shown.status, text })
  }
  for (const one of answers) assert.deepEqual(one, answers[0])
  assert.equal(answers[0]?.status, 401)
  const unknown = await at.events(
    'ConsoleLogin',
    ({ userIdentity }) => userIdentity.userName === 'HIDDEN_DUE_TO_SECURITY_REASONS',
    4,
  )
  assert.equal(unknown.length, 4)
  assert.equal(unknown[0]?.userIdentity.type, 'Root')
})

test('tries count by name: a right password is refused when there were too many', async () => {
  await rootIs(password, 'optional')
  const statuses = []
  for (let i = 0; i < 12; i++)
    statuses.push((await typed(at.browser(), ` ${name.toUpperCase()}`, `wrong ${i}`)).status)
  assert.equal(statuses[0], 401)
  assert.equal(statuses.at(-1), 429)
  assert.equal((await typed(at.browser(), name, password)).status, 429)
  running.clock.pass(901)
  assert.equal((await typed(at.browser(), name, password)).location, '/console')
})

test('root looks after its devices and keys on its own pages, and has no roles there', async () => {
  await rootIs(password, 'optional')
  const browser = await signedIn()
  const home = await browser.get('/portal')
  assert.match(home.text, /root · account demo/)
  assert.doesNotMatch(home.text, /Another role/)
  const security = await browser.get('/portal/security')
  assert.match(security.text, /stands in the settings of this place/)
  assert.equal((await browser.get('/portal/password')).location, '/portal/security')
  const page = await browser.get('/portal/security/add-key')
  const key = new SoftKey(running.origin)
  const answer = { name: 'safe', response: key.create(optionsIn(page)) }
  const added = await send(browser, '/portal/security/add-key', answer)
  assert.equal(added.location, '/portal/security', added.text)
  const twice = await send(browser, '/portal/security/add-key', answer)
  assert.equal(twice.status, 403)
  assert.match((await browser.get('/portal/security')).text, /u2f%2Froot%2Fsafe-[A-Z2-7]+">/)
  // From now on it is asked for, and a passkey of the root signs in alone.
  const next = at.browser()
  assert.equal((await typed(next, name, password)).location, '/signin/user/code')
  const asked = await next.get('/signin/user/key')
  const touch = { _csrf: asked.csrf, response: key.get(optionsIn(asked)) }
  assert.equal((await next.post('/signin/user/key', touch)).location, '/console')
  const alone = at.browser()
  const passkey = await alone.get('/signin/user/passkey')
  const response = key.get(optionsIn(passkey))
  const signed = await alone.post('/signin/user/passkey', { _csrf: passkey.csrf, response })
  assert.equal(signed.location, '/console', signed.text)
  await removeKeys(at)
})

test('another password in the settings ends every session; none at all ends sign-in', async () => {
  await rootIs(password, 'optional')
  const browser = await signedIn()
  await rootIs(password, 'optional')
  assert.equal((await browser.get('/console')).status, 403, 'another salt is another hash')
  const again = await signedIn()
  await running.reload(settings)
  assert.notEqual((await again.get('/console')).status, 200)
  assert.equal((await typed(at.browser(), name, password)).status, 403, 'there is no form')
  assert.match(await at.rig.iam('GetAccountSummary', {}), /PasswordPresent<\/key>\s*<value>0</)
  await rootIs(password, 'optional')
  assert.equal((await typed(at.browser(), name, password)).location, '/console')
})

test('"this was not me" and a revocation end the sessions of root alone', async () => {
  await rootIs(password, 'optional')
  await at.user(account)
  const [browser, other] = [await signedIn(), await signedIn()]
  const user = await at.signedIn(account)
  running.clock.pass(1)
  const page = await browser.get('/portal/sign-ins')
  const when = /name="at" value="([^"]+)"/.exec(page.text)![1]!
  const said = await browser.post('/portal/sign-ins/not-me', { _csrf: page.csrf, at: when })
  assert.equal(said.status, 200)
  assert.notEqual((await other.get('/console')).status, 200)
  assert.equal((await user.get('/portal')).status, 200)
  const [event] = await at.events('SignInDisputed', () => true)
  assert.equal(event?.userIdentity.type, 'Root')
})

test('the settings refuse a hash of another cost, and a name that two roots have', async () => {
  const hash = await hashPassword('x', { memoryKib: 8192, passes: 1, parallelism: 1 })
  const withRoot = (passwordHash: string) => `
publicUrl: http://localhost:8080
store: { sqlite: ':memory:' }
keys: { rootKey: { env: KEY } }
accounts:
  "111122223333": { root: { name: a@example.com, passwordHash: "${passwordHash}" } }
  "444455556666": { root: { name: A@Example.com, passwordHash: "${passwordHash}" } }
`
  const problems = (text: string) => {
    const read = readSettings(text, 'gatehouse.yaml', { KEY: 'k' })
    return read.ok ? [] : read.problems.map((one) => `${one.path}: ${one.message}`)
  }
  assert.match(problems(withRoot(hash)).join(), /as `gatehouse hash-password` prints it/)
  const twice = problems(withRoot(await hashPassword('x')))
  assert.match(twice.join(), /444455556666.*the root of another account has this name/)
})

async function removeKeys({ rig }: Users): Promise<void> {
  const list = await rig.iam('ListMFADevices', {})
  for (const [, SerialNumber] of list.matchAll(/<SerialNumber>([^<]+)</g))
    await rig.iam('DeactivateMFADevice', { SerialNumber: SerialNumber! })
}
