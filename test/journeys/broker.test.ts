import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requirePeer } from '../peers/require.ts'
import { brokerKeys, credentialsOf, loginUrl, signedCall, signInToken } from './broker.ts'
import { openDesk } from './chromium.ts'
import { demoSettings, openRunning } from './running.ts'

const readRoles = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' },
})
const allowed = 'https://broker.example.com/start'
const settings = async () => `${await demoSettings()}\nfederation: { issuers: ["${allowed}"] }\n`
const federate = (Name = 'bea') => ({
  Action: 'GetFederationToken',
  Name,
  Policy: readRoles,
  DurationSeconds: '3600',
})

test('a broker: GetFederationToken, getSigninToken, login, console, expiry, return', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openRunning(await settings())
  await using desk = await openDesk()
  const { page } = desk
  await page.clock.install()
  const keys = credentialsOf(await signedCall(at.origin, brokerKeys, federate()))
  const { token } = await signInToken(at.origin, keys)
  const Destination = 'https://eu-west-1.console.aws.amazon.com/iam/home#/roles'
  await page.goto(loginUrl(at.origin, token, { Issuer: `${allowed}?app=timetable`, Destination }))
  assert.equal(page.url(), `${at.origin}/console/iam/home#/roles`)
  assert.match(
    await page.getByRole('complementary').innerText(),
    /arn:aws:sts::111122223333:federated-user\/bea/,
  )
  const rows = page.locator('tbody tr')
  assert.match(await rows.filter({ hasText: 'iam:ListRoles' }).innerText(), /Allow/)
  assert.doesNotMatch(
    await rows.filter({ hasText: 'iam:ListUsers' }).innerText(),
    /Allow/,
    'the broker may, bea may not',
  )

  at.clock.pass(3601)
  await page.clock.fastForward(3602_000)
  await page.getByRole('heading', { name: 'Your session timed out' }).waitFor()
  const back = page.getByRole('link', { name: 'Go back to broker.example.com' })
  assert.equal(await back.getAttribute('href'), `${allowed}?app=timetable`)

  // The broker signs the person in anew, to its usual front page: they are back where they were.
  const again = credentialsOf(await signedCall(at.origin, brokerKeys, federate(), at.clock.now()))
  const fresh = (await signInToken(at.origin, again)).token
  await page.goto(
    loginUrl(at.origin, fresh, { Issuer: allowed, Destination: 'https://console.aws.amazon.com/' }),
  )
  assert.match(page.url(), /\/console\/iam\/home/)
})

test('an issuer that is not allowed is no link; another destination is refused', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openRunning(await settings())
  await using desk = await openDesk()
  const { page } = desk
  const keys = credentialsOf(await signedCall(at.origin, brokerKeys, federate()))
  const { token } = await signInToken(at.origin, keys)
  const foreign = await page.goto(
    loginUrl(at.origin, token, { Destination: 'https://evil.example/console' }),
  )
  assert.equal(foreign?.status(), 400)
  assert.match(await page.locator('main').innerText(), /Invalid Destination parameter/)
  const foreignIssuers = [
    'https://evil.example/',
    'https://broker.example.com.evil.example/start',
    'https://broker.example.com/other',
    'javascript:alert(1)',
  ]
  for (const Issuer of foreignIssuers) {
    const own = credentialsOf(await signedCall(at.origin, brokerKeys, federate(), at.clock.now()))
    const fresh = (await signInToken(at.origin, own)).token
    await page.goto(loginUrl(at.origin, fresh, { Issuer }))
    at.clock.pass(3601)
    await page.reload()
    assert.equal(await page.locator('h1').innerText(), 'Your session timed out', Issuer)
    assert.deepEqual(await page.locator('a.btn').allInnerTexts(), ['Sign in again'], Issuer)
    at.clock.pass(-3601)
  }
  const opened = await page.goto(loginUrl(at.origin, token))
  assert.equal(opened?.status(), 200)
})

test('credentials that must not open a console are refused clearly and recorded', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using at = await openRunning(await settings())
  await using desk = await openDesk()
  const { page } = desk
  const { origin, clock } = at
  const refused = async (url: string) => {
    const answer = await page.goto(url)
    assert.equal(answer?.status(), 400)
    assert.equal(await page.locator('h1').innerText(), 'This sign-in address does not work')
    assert.match(
      await page.locator('main').innerText(),
      /has been used or has ended. Ask for a new one where you came from/,
    )
  }
  const keys = credentialsOf(await signedCall(origin, brokerKeys, federate()))
  const used = (await signInToken(origin, keys)).token
  assert.equal((await page.goto(loginUrl(origin, used)))?.status(), 200)
  await refused(loginUrl(origin, used))
  const tampered = (await signInToken(origin, keys)).token
  await refused(loginUrl(origin, `${tampered.slice(0, -1)}${tampered.endsWith('A') ? 'B' : 'A'}`))
  const late = (await signInToken(origin, keys)).token
  clock.pass(15 * 60)
  await refused(loginUrl(origin, late))

  const now = () => clock.now()
  const own = credentialsOf(
    await signedCall(origin, brokerKeys, { Action: 'GetSessionToken' }, now()),
  )
  const takeRole = {
    Action: 'AssumeRole',
    RoleArn: 'arn:aws:iam::111122223333:role/Developer',
    RoleSessionName: 'bea',
  }
  const role = credentialsOf(await signedCall(origin, brokerKeys, takeRole, now()))
  const no = { status: 400, message: 'Invalid credentials parameter' }
  const answerTo = async (...given: Parameters<typeof signInToken>) => {
    const { status, text } = await signInToken(...given)
    return { status, message: status === 200 ? 'a token' : JSON.parse(text).message }
  }
  assert.deepEqual(await answerTo(origin, own), no, 'GetSessionToken')
  assert.deepEqual(await answerTo(origin, brokerKeys), no, 'a long-term key')
  assert.deepEqual(
    await answerTo(origin, { ...keys, SecretAccessKey: role.SecretAccessKey }),
    no,
    'not of one pair',
  )
  assert.deepEqual(
    await answerTo(origin, { ...keys, SessionToken: `${keys.SessionToken.slice(0, -4)}AAAA` }),
    no,
    'a tampered session token',
  )
  assert.deepEqual(
    await answerTo(origin, keys, { SessionDuration: '1800' }),
    no,
    'SessionDuration with a federated user',
  )
  assert.deepEqual(await answerTo(origin, role, { SessionDuration: '1800' }), {
    status: 200,
    message: 'a token',
  })
  clock.pass(3600)
  assert.deepEqual(await answerTo(origin, keys), no, 'expired')

  const trail = await at.events(17)
  const refusals = trail
    .filter(({ errorCode }) => errorCode !== undefined)
    .map(({ eventName }) => eventName)
  assert.deepEqual(refusals, [...Array(3).fill('ConsoleLogin'), ...Array(6).fill('GetSigninToken')])
})
