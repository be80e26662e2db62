import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { optionsIn } from '../../console/sent-form.ts'
import type { Twist } from '../../credentials/soft-key.ts'
import type { Browser, Shown } from '../../http/browser.ts'
import { firstPassword, openUsers } from './users.ts'

const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const withMfa = {
  ...everything,
  Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
}
const settings = `
securityKeys: { passkeys: true, residentKey: preferred }
`

const at = await openUsers(settings)
after(() => at[Symbol.asyncDispose]())
const { origin } = at.rig.running

/** The browser is at the second step: what the page asks the key. */
async function asked(browser: Browser, name: string): Promise<Shown> {
  const answer = await at.password(browser, name, firstPassword, '/console/users')
  assert.equal(answer.location, '/signin/user/code')
  assert.equal((await browser.get('/signin/user/code')).location, '/signin/user/key')
  const page = await browser.get('/signin/user/key')
  assert.equal(page.status, 200, page.text)
  return page
}

function answer(browser: Browser, page: Shown, response: string): Promise<Shown> {
  const fields = { _csrf: page.csrf, next: page.hidden('next'), response }
  return browser.post('/signin/user/key', fields)
}

test('touch a key, and their session counts as one with MFA', async () => {
  await at.user('ann', { policy: withMfa })
  const soft = await at.key('ann')
  const browser = at.browser()
  const page = await asked(browser, 'ann')
  const response = soft.get(optionsIn(page))
  const done = await answer(browser, page, response)
  assert.equal(done.location, '/console/users', done.text)
  assert.equal((await browser.get('/console/users')).status, 200)
  const [login] = await at.events(
    'ConsoleLogin',
    ({ userIdentity }) => userIdentity.userName === 'ann',
  )
  const additional = login?.additionalEventData as unknown as Record<string, string>
  assert.equal(additional.MFAUsed, 'Yes')
  assert.match(additional.MFAIdentifier ?? '', /:u2f\/user\/ann\/key-/)
  const again = at.browser()
  await asked(again, 'ann')
  const replayed = await answer(again, await again.get('/signin/user/key'), response)
  assert.equal(replayed.status, 401, 'for another sign-in')
})

test('get nowhere without it: no console, no code, no other page', async () => {
  await at.user('bea', { policy: everything, reset: true })
  await at.key('bea')
  const browser = at.browser()
  const page = await asked(browser, 'bea')
  assert.equal((await browser.get('/console')).status, 303)
  const change = await browser.get('/signin/user/change')
  assert.equal(change.location, '/signin/user/code')
  const code = await browser.post('/signin/user/code', { _csrf: page.csrf, code: '123456' })
  assert.notEqual(code.location, '/console')
  assert.equal((await browser.get('/console')).status, 303)
})

const forged: Readonly<Record<string, Twist>> = {
  'of another origin': { origin: 'https://evil.example' },
  'of another site': { rpId: 'evil.example' },
  'to another challenge': { challenge: Buffer.from('mine').toString('base64url') },
  'that nobody touched': { flags: 0 },
}
test('a forged answer is refused, and the page asks again', async () => {
  await at.user('cem', { policy: withMfa })
  const soft = await at.key('cem')
  const browser = at.browser()
  let page = await asked(browser, 'cem')
  for (const [what, twist] of Object.entries(forged)) {
    page = await answer(browser, page, soft.get(optionsIn(page), twist))
    assert.equal(page.status, 401, what)
    assert.match(page.text, /That security key does not count/)
  }
  const done = await answer(browser, page, soft.get(optionsIn(page)))
  assert.equal(done.location, '/console/users')
})

test('another user’s key, one for another sign-in and a copied key do not count', async () => {
  await at.user('dan', { policy: withMfa })
  await at.user('eve', { policy: withMfa })
  const [dans, eves] = [await at.key('dan'), await at.key('eve')]
  const [browser, other] = [at.browser(), at.browser()]
  const [page, othersPage] = [await asked(browser, 'dan'), await asked(other, 'eve')]
  assert.equal((await answer(browser, page, eves.get(optionsIn(othersPage)))).status, 401)
  assert.equal((await answer(browser, page, eves.get(optionsIn(page)))).status, 401)
  const second = at.browser()
  const forSecond = dans.get(optionsIn(await asked(second, 'dan')), { counter: 5 })
  assert.equal((await answer(browser, page, forSecond)).status, 401, 'another sign-in of theirs')
  const fine = await answer(browser, page, dans.get(optionsIn(page), { counter: 6 }))
  assert.equal(fine.location, '/console/users')
  const third = await second.get('/signin/user/key')
  const copied = await answer(second, third, dans.get(optionsIn(third), { counter: 6 }))
  assert.equal(copied.status, 401)
  const [event] = await at.events('ConsoleLogin', ({ responseElements, ...more }) =>
    JSON.stringify({ responseElements, ...more }).includes('there may be a copy'),
  )
  assert.equal(event?.responseElements.ConsoleLogin, 'Failure')
})

test('a user with an app and a key may type a code instead', async () => {
  await at.user('fay', { policy: withMfa })
  await at.key('fay')
  const { code } = await at.device('fay')
  const browser = at.browser()
  const page = await asked(browser, 'fay')
  assert.match(page.text, /href="\/signin\/user\/code\?with=code"/)
  const typing = await browser.get('/signin/user/code?with=code')
  assert.match(typing.text, /href="\/signin\/user\/key"/)
  const done = await browser.post('/signin/user/code', { _csrf: typing.csrf, code: code(1) })
  assert.equal(done.location, '/console/users')
})

test('a passkey that makes sure of its holder is all that is asked for', async () => {
  await at.user('gus', { policy: withMfa })
  const soft = await at.key('gus')
  const browser = at.browser()
  assert.match((await browser.get('/signin/user/password')).text, /Sign in with a passkey/)
  const page = await browser.get('/signin/user/passkey?next=/console/users')
  const options = optionsIn(page)
  assert.deepEqual(JSON.parse(options).allowCredentials, [])
  assert.equal(JSON.parse(options).userVerification, 'required')
  const send = (shown: Shown, response: string, by = browser) =>
    by.post('/signin/user/passkey', { _csrf: shown.csrf, next: shown.hidden('next'), response })
  const unsure = await send(page, soft.get(options, { flags: 1 }))
  assert.equal(unsure.status, 401, 'touched, but by whom?')
  const other = at.browser()
  const elsewhere = await other.get('/signin/user/passkey')
  assert.equal((await send(elsewhere, soft.get(options), other)).status, 401, 'another browser')
  const stranger = Buffer.from(`111122223333/AIDA${'A'.repeat(17)}`).toString('base64url')
  const nobody = await send(page, soft.get(options, { userHandle: stranger }))
  assert.equal(nobody.status, 401)
  assert.equal((await send(page, soft.get(options))).status, 401, 'it was answered before')
  const done = await send(nobody, soft.get(optionsIn(nobody)))
  assert.equal(done.location, '/console/users')
  assert.equal((await browser.get('/console/users')).status, 200)
})

test('a passkey of a user without a password opens nothing', async () => {
  await at.rig.iam('CreateUser', { UserName: 'robot' })
  const soft = await at.key('robot')
  const browser = at.browser()
  const page = await browser.get('/signin/user/passkey')
  const response = soft.get(optionsIn(page))
  const sent = await browser.post('/signin/user/passkey', { _csrf: page.csrf, response })
  assert.equal(sent.status, 401)
})

test('a deactivated key opens nothing, also on a page that was open', async () => {
  await at.user('ida', { policy: withMfa })
  const soft = await at.key('ida')
  const browser = at.browser()
  const page = await asked(browser, 'ida')
  const listed = await at.rig.iam('ListMFADevices', { UserName: 'ida' })
  const SerialNumber = /<SerialNumber>([^<]*)</.exec(listed)![1]!
  await at.rig.iam('DeactivateMFADevice', { UserName: 'ida', SerialNumber })
  const sent = await answer(browser, page, soft.get(optionsIn(page)))
  assert.notEqual(sent.location, '/console/users')
  assert.equal(origin, at.rig.running.origin)
})
