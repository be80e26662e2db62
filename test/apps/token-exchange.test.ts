import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { readSettings } from '../../src/config/load.ts'
import { Browser } from '../http/browser.ts'
import { requirePeer } from '../peers/require.ts'
import {
  accessTokenType,
  account,
  ask,
  asSession,
  credentialsType,
  exchange,
  exchangeSettings,
  forRole,
  role,
  sessionOf,
  signedCall,
  signIn,
} from './exchange-scene.ts'
import { begin, openScene, type Scene, travel } from './scene.ts'

async function whoIs(at: Scene, keys: { readonly [name: string]: string }) {
  const sts = new STSClient({
    endpoint: at.origin,
    region: 'us-east-1',
    credentials: {
      accessKeyId: keys.AccessKeyId!,
      secretAccessKey: keys.SecretAccessKey!,
      sessionToken: keys.SessionToken!,
    },
  })
  return (await sts.send(new GetCallerIdentityCommand({}))).Arn
}

test("an app's token gives credentials of a role, by mapping and trust policy", async () => {
  await using at = await openScene(exchangeSettings)
  const { tokens } = await signIn(at)
  const { status, told } = await exchange(at, forRole(tokens.access_token))
  assert.equal(status, 200, JSON.stringify(told))
  assert.equal(told.issued_token_type, credentialsType)
  assert.equal(told.token_type, 'N_A')
  assert.equal(told.access_token, told.credentials.SessionToken)
  assert.ok(told.expires_in > 3500 && told.expires_in <= 3600)
  assert.equal(
    await whoIs(at, told.credentials),
    `arn:aws:sts::${account}:assumed-role/Developer/alice`,
  )
  const events = await at.events((all) => all.some(({ eventName }) => eventName === 'AppToken'))
  const assumed = events.find(({ eventName }) => eventName.startsWith('AssumeRole'))!
  assert.equal(assumed.requestParameters?.client, 'wiki')
  assert.equal(assumed.additionalEventData.gatehouse.rule, 'staff')
})

test('credentials last as asked, within the role and the sign-in, and are narrowed', async () => {
  await using at = await openScene(exchangeSettings)
  const { tokens } = await signIn(at)
  const of = (more: Readonly<Record<string, string>>) =>
    exchange(at, { ...forRole(tokens.access_token), ...more })
  const { expires_in: seconds } = (await of({ duration_seconds: '900' })).told
  assert.ok(seconds === 900 || seconds === 899, String(seconds))
  const tooLong = await of({ duration_seconds: '7201' })
  assert.deepEqual([tooLong.status, tooLong.told.error], [400, 'invalid_request'])
  assert.match(tooLong.told.error_description, /ValidationError/)
  for (const duration_seconds of ['0', '1e3', '-900', '900.5', '9999999'])
    assert.equal((await of({ duration_seconds })).status, 400, duration_seconds)
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Deny', Action: '*', Resource: '*' },
  })
  assert.equal((await of({ policy })).status, 200)
  assert.match((await of({ policy: '{' })).told.error_description, /MalformedPolicyDocument/)
  const none = await of({ policy_arns: `arn:aws:iam::${account}:policy/None` })
  assert.match(none.told.error_description, /ValidationError/)
})

test("a session's signed call gives a token that says who acts", async () => {
  await using at = await openScene(exchangeSettings)
  const keys = await sessionOf(at, role('Ci-build'))
  const call = await signedCall(at, keys)
  const { status, told } = await exchange(at, asSession(call))
  assert.equal(status, 200, JSON.stringify(told))
  assert.equal(told.issued_token_type, accessTokenType)
  assert.deepEqual(
    [told.token_type, told.scope, told.refresh_token],
    ['Bearer', 'openid', undefined],
  )
  assert.equal(told.id_token, undefined)

  const uri = role('Ci-build')
  const { told: known } = await ask(at, { token: told.access_token }, 'wiki', 'introspect')
  assert.equal(known.active, true)
  assert.deepEqual(known.sub_id, { format: 'uri', uri })
  const person = await signIn(at)
  assert.deepEqual(known.act, { sub: person.tokens.claims()!.sub }, 'the person in the session')
  assert.notEqual(known.sub, known.act.sub, 'the session is not the person')
  const info = await fetch(`${at.origin}/oauth2/userinfo`, {
    headers: { authorization: `Bearer ${told.access_token}` },
  })
  const { sub, sub_id, act, ...rest } = (await info.json()) as Record<string, unknown>
  assert.deepEqual([sub, sub_id, act, rest], [known.sub, known.sub_id, known.act, {}])
  const events = await at.events((all) => all.some(({ eventName }) => eventName === 'AppToken'))
  const given = events.find(({ eventName }) => eventName === 'AppToken')!
  const session = `arn:aws:sts::${account}:assumed-role/Ci-build/alice`
  assert.equal(given.userIdentity.arn, session)
  assert.deepEqual(given.requestParameters?.subject, { format: 'uri', uri })
})

test('a token about a session ends with it, and is not longer', async () => {
  await using at = await openScene(exchangeSettings)
  const keys = await sessionOf(at, role('Ci-build'), { DurationSeconds: '900' })
  at.clock.pass(890)
  const { told } = await exchange(at, asSession(await signedCall(at, keys)))
  assert.ok(told.expires_in <= 10, 'ten seconds are left of the session')
  const active = async () =>
    (await ask(at, { token: told.access_token }, 'wiki', 'introspect')).told.active
  assert.equal(await active(), true)
  at.clock.pass(11)
  assert.equal(await active(), false)
})

test('one of fifty uses of a signed call at once gives a token, and none later', async () => {
  await using at = await openScene(exchangeSettings)
  const call = await signedCall(at, await sessionOf(at, role('Ci-build')))
  const all = await Promise.all(Array.from({ length: 50 }, () => exchange(at, asSession(call))))
  assert.equal(all.filter(({ status }) => status === 200).length, 1)
  // The same signature, with the query in another order.
  const url = new URL(call)
  url.search = new URLSearchParams([...url.searchParams].reverse()).toString()
  assert.equal((await exchange(at, asSession(url.href))).status, 400)
})

test('a sign-out ends what an app can exchange, and what it learns by introspection', async () => {
  await using at = await openScene(exchangeSettings)
  const { browser, tokens } = await signIn(at)
  const { access_token: token } = tokens
  assert.equal((await ask(at, { token }, 'wiki', 'introspect')).told.active, true)
  const page = await browser.get('/signout')
  await browser.post('/signout', { _csrf: page.csrf })
  const { status, told } = await exchange(at, forRole(token))
  assert.deepEqual([status, told.error], [400, 'invalid_request'])
  assert.equal((await ask(at, { token }, 'wiki', 'introspect')).told.active, false)
})

test("revoking a role's sessions ends the tokens that they were given", async () => {
  await using at = await openScene(exchangeSettings)
  const keys = await sessionOf(at, role('Ci-build'))
  const { told } = await exchange(at, asSession(await signedCall(at, keys)))
  const active = async () =>
    (await ask(at, { token: told.access_token }, 'wiki', 'introspect')).told.active
  assert.equal(await active(), true)
  at.clock.pass(1)
  // "Sign out everywhere" in the portal revokes the person's sessions.
  const { browser } = await signIn(at)
  const page = await browser.get('/signout')
  await browser.post('/signout/everywhere', { _csrf: page.csrf })
  assert.equal(await active(), false)
  const again = await exchange(at, asSession(await signedCall(at, keys)))
  assert.deepEqual([again.status, again.told.error], [400, 'invalid_request'])
})

test('the documented program proves a session, and its proof is taken', async (t) => {
  if (!requirePeer(t, 'boto3')) return
  await using at = await openScene(exchangeSettings)
  const keys = await sessionOf(at, role('Ci-build'))
  const program = join(import.meta.dirname, '../../docs/examples/signed-call.py')
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: keys.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey,
    AWS_SESSION_TOKEN: keys.SessionToken,
  }
  const run = promisify(execFile)
  const { stdout } = await run('python3', [program, at.origin, 'wiki'], { env })
  const { status, told } = await exchange(at, asSession(stdout.trim()))
  assert.equal(status, 200, JSON.stringify(told))
})

test("a stranger's app that gets credentials of roles says so before it does", async () => {
  const asks = exchangeSettings.replace('"label":"wiki"', '"label":"wiki","thirdParty":true')
  await using at = await openScene(asks)
  const redirect_uri = 'https://wiki.corp.test/callback'
  const { url } = await begin(await at.app('wiki'), { redirect_uri, scope: 'openid roles' })
  const browser = new Browser(at.origin)
  await browser.signIn('alice', 'right horse', { connector: 'corp' })
  const question = await travel(browser, url)
  if (typeof question === 'string') assert.fail(`nobody was asked: ${question}`)
  assert.match(question.text, /credentials of these roles/)
  assert.match(question.text, /role\/Developer</)
})

test('roles are written out with their account, and only for apps with a secret', () => {
  const problems = (exchange: object, more: object = {}) => {
    const app = { label: 'A', redirectUris: ['https://a.corp.test/'], exchange, ...more }
    const text = `publicUrl: https://sso.example.com\napps: ${JSON.stringify({ a: app })}\n`
    const loaded = readSettings(text, '/etc/gatehouse.yaml', {})
    return loaded.ok ? [] : loaded.problems.map(({ path }) => path)
  }
  for (const arn of [
    'arn:aws:iam::*:role/Ci',
    'arn:aws:iam::111122223333:role/*',
    'arn:aws:iam::111122223333:role/C*i',
    'arn:aws:iam::111122223333:user/Ci',
    'Ci',
    '*',
  ])
    assert.ok(problems({ sessions: [arn] }).includes('apps.a.exchange.sessions[0]'), arn)
  assert.ok(problems({ roles: [role('Ci')] }).includes('apps.a.exchange.roles'))
})
