import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { test } from 'node:test'
import * as client from 'openid-client'
import { serviceGuard } from '../../src/client/guard.ts'
import { readSettings } from '../../src/config/load.ts'
import { ask as askApps } from '../apps/exchange-scene.ts'
import { begin, openScene, type Scene, secret, signInOn, travel } from '../apps/scene.ts'
import { listenWith } from '../client/orders-service.ts'
import { Browser } from '../http/browser.ts'
import { api, askAbout, mail, revokePerson, settingsOf } from './bearer-scene.ts'
import { account, keys, order, question } from './scene.ts'

interface Wanted {
  readonly username?: string
  readonly id?: string
  readonly scope?: string
  readonly resource?: string | undefined
}

/** Signs a person in to an app, which gets a token: for the API, unless told otherwise. */
async function signIn(at: Scene, wanted: Wanted = {}) {
  const { username = 'alice', id = 'wiki', scope = 'openid orders:read' } = wanted
  const resource = 'resource' in wanted ? wanted.resource : api
  const config = await at.app(id)
  const redirect_uri = `https://${id}.corp.test/callback`
  const asked = { redirect_uri, scope, ...(resource !== undefined && { resource }) }
  const attempt = await begin(config, asked)
  const browser = new Browser(at.origin)
  const to = await signInOn(browser, await travel(browser, attempt.url), username)
  const checks = {
    pkceCodeVerifier: attempt.verifier,
    expectedState: attempt.state,
    expectedNonce: attempt.nonce,
  }
  const bound = id === 'bound' && {
    DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256')),
  }
  const parameters = resource === undefined ? undefined : { resource }
  return client.authorizationCodeGrant(config, new URL(String(to)), checks, parameters, {
    ...bound,
  })
}

type Told = Awaited<ReturnType<typeof askAbout>>
const outcome = ({ Answers }: Told) => Answers.map(({ Log: { Code } }) => Code).join(' ')

test("an app's token stands for the person's role at the service, within its scopes", async () => {
  await using at = await openScene(settingsOf())
  const { access_token: token } = await signIn(at)
  const told = await askAbout(at, token, {
    Questions: [
      question({ Resource: order('alice-1') }),
      question({ Id: 'q2', Resource: order('mary-1') }),
      question({ Id: 'q3', Action: 'orders:CancelOrder', Resource: order('alice-1') }),
    ],
  })
  assert.equal(outcome(told), 'Allowed NotAllowed ScopeMissing')
  const { Caller, Answers, Key } = told
  assert.equal(Caller?.Arn, `arn:aws:sts::${account}:assumed-role/Clerk/alice`)
  assert.deepEqual(Caller?.Tags, { owner: 'alice' })
  const { sub: Subject, exp } = JSON.parse(atob(token.split('.')[1]!))
  assert.deepEqual(Caller?.Token, { Subject, App: 'wiki', Scopes: ['orders:read'] })
  assert.deepEqual([Caller?.SignedHeaders, Caller?.PayloadHash], [[], 'UNSIGNED-PAYLOAD'])
  assert.equal(Caller?.ExpiresAt, new Date(exp * 1000).toISOString())
  assert.ok(Answers[0]!.MaxAgeSeconds <= 600, 'kept for longer than the token lasts')
  assert.deepEqual([Answers[2]?.Status, Answers[2]?.MaxAgeSeconds], [403, 0])
  assert.equal(Key, undefined)
  await askAbout(at, token)
  const events = await at.events((all) => all.filter((e) => e.eventName === 'Authorize').length > 1)
  const taken = events.filter(({ eventName }) => eventName === 'AssumeRoleWithLDAPIdentity')
  assert.equal(taken.length, 1, 'a session for each question')
  assert.equal(taken[0]?.requestParameters?.client, 'service orders')
  assert.ok(!JSON.stringify(events).includes(token))

  const manager = await askAbout(at, (await signIn(at, { username: 'mary' })).access_token)
  assert.match(manager.Caller?.Arn ?? '', /Manager\/mary$/, 'the first role that mary may take')
  const pairwise = await signIn(at, { id: 'board' })
  assert.equal(outcome(await askAbout(at, pairwise.access_token)), 'Allowed')
  const grants = [token, pairwise.access_token, (await signIn(at)).access_token].map(
    (one) => JSON.parse(atob(one.split('.')[1]!)).gatehouse_grant,
  )
  assert.equal(new Set(grants).size, 3, 'tokens of one sign-in can be told')
  const forMail = await signIn(at, { scope: 'openid mail:send', resource: mail })
  const plain = JSON.parse(atob(forMail.access_token.split('.')[1]!))
  assert.ok(!('gatehouse_grant' in plain), 'only a service that takes tokens needs it')
})

test("a session is kept for what the role's trust policy was asked with", async () => {
  const overTls = { Bool: { 'aws:SecureTransport': 'true' } }
  await using at = await openScene(
    settingsOf(({ accounts, resources }) => {
      Object.assign(accounts[account].roles.Clerk.trustPolicy.Statement, { Condition: overTls })
      Object.assign(resources[api], { claims: true })
    }),
  )
  const { access_token: token } = await signIn(at)
  const from = async (Secure: boolean) =>
    outcome(await askAbout(at, token, { From: { SourceIp: '192.0.2.9', Secure } }))
  assert.equal(await from(true), 'Allowed')
  assert.equal(await from(false), 'NoRole')
  assert.equal(JSON.parse(atob(token.split('.')[1]!)).name, 'alice', 'told to the API')
})

test('no other token stands for anybody', async () => {
  await using at = await openScene(settingsOf())
  const { access_token: token, id_token, refresh_token } = await signIn(at)
  assert.equal(outcome(await askAbout(at, token)), 'Allowed')
  const [head, body, signature] = token.split('.') as [string, string, string]
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = JSON.parse(atob(body))
  const itself = await askApps(at, { grant_type: 'client_credentials', resource: api })
  const opaque = await signIn(at, { scope: 'openid', resource: undefined })
  const forMail = await signIn(at, { scope: 'openid mail:send', resource: mail })
  const mixed = JSON.parse(atob(forMail.access_token.split('.')[1]!))
  const bound = await signIn(at, { id: 'bound' })
  const visitor = await signIn(at, { username: 'bob' })
  const none = await signIn(at, { scope: 'openid' })
  const rows: Record<string, readonly [string, string]> = {
    'for another API': [forMail.access_token, 'InvalidToken'],
    'an ID token': [id_token!, 'InvalidToken'],
    'a refresh token': [refresh_token!, 'InvalidToken'],
    'an opaque one': [opaque.access_token, 'InvalidToken'],
    'of an app that acts for itself': [itself.told.access_token, 'InvalidToken'],
    'bound to a key': [bound.access_token, 'BoundToken'],
    'of a person without a role': [visitor.access_token, 'NoRole'],
    'without a scope': [none.access_token, 'ScopeMissing'],
    'with more scopes': [
      [head, encoded({ ...claims, scope: 'orders:write' }), signature].join('.'),
      'InvalidToken',
    ],
    'for another API, told to be for this': [
      [head, encoded({ ...mixed, aud: api }), signature].join('.'),
      'InvalidToken',
    ],
    unsigned: [`${encoded({ alg: 'none', typ: 'at+jwt' })}.${body}.`, 'InvalidToken'],
    'signed by its public key': [
      `${encoded({ alg: 'HS256', typ: 'at+jwt' })}.${body}.${signature}`,
      'InvalidToken',
    ],
    rubbish: ['a.b.c', 'InvalidToken'],
  }
  for (const [what, [text, code]] of Object.entries(rows)) {
    const told = await askAbout(at, text)
    assert.equal(outcome(told), code, `${what}: ${JSON.stringify(told.Answers)}`)
    assert.equal(told.Caller === undefined, code !== 'ScopeMissing', what)
    assert.ok(!told.Answers[0]?.Say.includes('Clerk'), what)
  }
  assert.equal(outcome(await askAbout(at, token, { as: 'payroll' })), 'NotSigned')
  const both = { Request: { Method: 'GET', Path: '/', Query: '', Headers: [], PayloadHash: '' } }
  await assert.rejects(askAbout(at, token, both), { status: 400 })
  await assert.rejects(askAbout(at, token, { Bearer: undefined }), { status: 400 })
  await assert.rejects(askAbout(at, `x${'y'.repeat(9000)}`), { status: 400 })
})

test('the guard for Node.js asks about a token that it finds', async () => {
  await using at = await openScene(settingsOf())
  const { access_token: token } = await signIn(at)
  using guard = serviceGuard({
    ...{ url: at.origin, service: 'orders', keep: true },
    credentials: () => keys.orders,
  })
  const meaning = { action: 'orders:GetOrder', resource: order('alice-1') }
  await using service = await listenWith(async (req, res) => {
    const { answer, caller } = await guard.authorized(req, meaning)
    res.writeHead(answer.Status).end(caller?.Token?.App)
  })
  const get = async (authorization: string) => {
    const answer = await fetch(`http://127.0.0.1:${service.port}`, { headers: { authorization } })
    return `${answer.status} ${await answer.text()}`
  }
  assert.equal(await get(`Bearer ${token}`), '200 wiki')
  assert.equal(await get(`bearer  ${token}`), '200 wiki')
  assert.equal(await get(`Bearer ${token}x`), '401 ')
  assert.equal(await get(`DPoP ${token}`), '401 ')
})

test('a proxy asks about a token too, and the path has to be clear', async () => {
  await using at = await openScene(settingsOf())
  const { access_token: token } = await signIn(at)
  const check = async (target: string, sent = `Bearer ${token}`, host = 'orders.test') => {
    const { hostname, port } = new URL(at.origin)
    const headers = {
      ...{ host, authorization: sent },
      ...{ 'x-original-uri': target, 'x-original-method': 'GET' },
    }
    const asking = request({ hostname, port, path: '/authorize/check/orders', headers }).end()
    const [answer] = (await once(asking, 'response')) as [IncomingMessage]
    answer.resume()
    return `${answer.statusCode} ${answer.headers['x-gatehouse-arn'] ?? ''}`
  }
  const arn = `arn:aws:sts::${account}:assumed-role/Clerk/alice`
  assert.equal(await check('/orders/alice-1'), `200 ${arn}`)
  assert.equal(await check('/orders/mary-1'), '403 ')
  assert.equal(await check('/orders/alice-1', `Bearer ${token}x`), '401 ')
  assert.equal(await check('/orders/alice-1', `DPoP ${token}`), '401 ')
  assert.equal(await check('/orders/alice-1', undefined, 'payroll.test'), '403 ')
  for (const target of ['/orders/alice-1%2F..', '/orders/x%2fy', '/orders/alice-1;a', '/orders'])
    assert.equal(await check(target), '403 ', target)
})

test('a token ends with its time, its grant, the sign-in and the person', async () => {
  await using at = await openScene(settingsOf())
  const before = await signIn(at)
  const gone = async (token: string) => outcome(await askAbout(at, token))
  assert.equal(await gone(before.access_token), 'Allowed')
  const config = await at.app('wiki', client.ClientSecretBasic(secret))
  await client.tokenRevocation(config, before.refresh_token!)
  assert.equal(await gone(before.access_token), 'InvalidToken', 'the grant was revoked')
  const second = await signIn(at)
  assert.equal(await gone(second.access_token), 'Allowed')
  at.clock.pass(1)
  await revokePerson(at, 'alice')
  assert.equal(await gone(second.access_token), 'InvalidToken', 'the person was revoked')
  at.clock.pass(1)
  const third = await signIn(at)
  assert.equal(await gone(third.access_token), 'Allowed')
  at.clock.pass(121)
  assert.equal(await gone(third.access_token), 'InvalidToken', 'it has expired')
})

test('settings refuse a service whose tokens nobody gets, or whose scopes mean nothing', () => {
  const problems = (change: Parameters<typeof settingsOf>[0]) => {
    const text = `publicUrl: https://sso.test
store: { sqlite: a.db }
keys: { rootKey: { env: ROOT } }
audit: { file: audit.jsonl }
${settingsOf(change)}`
    const read = readSettings(text, '/etc/gatehouse.yaml', { ROOT: 'x' })
    return read.ok ? [] : read.problems.map(({ message }) => message)
  }
  assert.deepEqual(
    problems(() => undefined),
    [],
  )
  const bearerOf = (more: object) => (all: { services: { orders: object } }) => {
    const { bearer } = all.services.orders as { bearer: object }
    Object.assign(all.services.orders, { bearer: { ...bearer, ...more } })
  }
  for (const [more, message] of [
    [{ audience: 'https://other.test' }, /not in `resources`/],
    [{ scopes: { 'orders:delete': ['GetOrder'] } }, /no such scope/],
    [{ scopes: { 'orders:read': ['ReadOrder'] } }, /no action `ReadOrder`/],
    [{ roles: [] }, />=1|at least/],
    [{ roles: [`arn:aws:iam::${account}:user/ann`] }, /a role's ARN/],
  ] as const) {
    const found = problems(bearerOf(more))
    assert.ok(
      found.some((one) => message.test(one)),
      `${JSON.stringify(more)}: ${found.join('; ')}`,
    )
  }
})
