import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { readSettings } from '../../src/config/load.ts'
import { Browser } from '../http/browser.ts'
import { answerDevice, openDevicePage, typeCode } from './device-scene.ts'
import {
  appSettings,
  back,
  begin,
  enter,
  openScene,
  type Scene,
  secret,
  signInOn,
  travel,
} from './scene.ts'

const orders = 'https://orders.corp.test'
const mail = 'https://mail.corp.test/v1'
const settings = `${appSettings
  .replace(
    '    refreshTokens: true\n  board:',
    `    refreshTokens: true
    resources: { "${orders}": ["orders:read", "orders:write"], "${mail}": ["mail:send"] }
  board:`,
  )
  .replace(
    '    thirdParty: true\n',
    `    thirdParty: true\n    resources: { "${mail}": ["mail:send"] }\n`,
  )}  nightly:
    label: Nightly
    secret: ${secret}
    clientCredentials: true
    resources: { "${orders}": ["orders:read"] }
  both:
    label: Both
    secret: ${secret}
    clientCredentials: true
    resources: { "${orders}": ["orders:read"], "${mail}": ["mail:send"] }
  reader:
    label: Reader
    type: native
    device: true
    resources: { "${orders}": ["orders:read"] }
resources:
  ${orders}:
    label: Orders
    scopes: ["orders:read", "orders:write", "orders:delete"]
    signing: ES256
    lifetime: 2m
  ${mail}: { label: Mail, scopes: ["mail:send"] }
`

/** What an API makes of a token; throws when it is not for it. */
async function atApi(at: Scene, token: string, audience: string): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(`${at.origin}/oauth2/jwks`))
  const asked = { issuer: at.origin, audience, typ: 'at+jwt' }
  return (await jwtVerify(token, keys, asked)).payload
}

const userinfo = async (at: Scene, token: string) =>
  (await fetch(`${at.origin}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } }))
    .status

const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => assert.fail('it was not refused'),
    (reason: unknown) => reason,
  )
  return (error as { error?: string }).error ?? String(error)
}

test('an app gets a token for one API, with what it asked for and may have', async () => {
  await using at = await openScene(settings)
  const wiki = await at.app('wiki')
  const asks = { scope: 'openid orders:read orders:delete mail:send', resource: orders }
  const attempt = await begin(wiki, asks)
  const browser = new Browser(at.origin)
  const to = String(await signInOn(browser, await travel(browser, attempt.url), 'alice'))
  const tokens = await client.authorizationCodeGrant(
    wiki,
    new URL(to),
    {
      pkceCodeVerifier: attempt.verifier,
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
    },
    { resource: orders },
  )
  const told = await atApi(at, tokens.access_token, orders)
  assert.deepEqual([told.scope, told.client_id, told.aud], ['orders:read', 'wiki', orders])
  assert.equal(told.sub, tokens.claims()!.sub)
  assert.equal(told.exp! - told.iat!, 120)
  await assert.rejects(atApi(at, tokens.access_token, mail))
  await assert.rejects(atApi(at, tokens.id_token!, orders), 'an ID token is no access token')
  assert.equal(await userinfo(at, tokens.access_token), 401)
  const asleep = await client.tokenIntrospection(wiki, tokens.access_token).catch(() => undefined)
  assert.notEqual(asleep?.active, true)

  const refreshed = await client.refreshTokenGrant(wiki, tokens.refresh_token!, {
    resource: orders,
  })
  assert.equal((await atApi(at, refreshed.access_token, orders)).scope, 'orders:read')
  const elsewhere = client.refreshTokenGrant(wiki, refreshed.refresh_token!, { resource: mail })
  assert.equal(await refusal(elsewhere), 'invalid_target')
})

test('an API that is not of the app, or is none, is refused before anybody signs in', async () => {
  await using at = await openScene(settings)
  const wiki = await at.app('wiki')
  const board = await at.app('board', client.None())
  for (const [app, resource, redirect_uri] of [
    [board, orders, 'https://board.corp.test/callback'],
    [wiki, `${orders}/`, back],
    [wiki, 'https://ORDERS.corp.test', back],
    [wiki, 'constructor', back],
    [wiki, 'https://orders.corp.test#x', back],
  ] as const) {
    const { url } = await begin(app, { resource, redirect_uri })
    const to = await travel(new Browser(at.origin), url)
    assert.equal(new URL(String(to)).searchParams.get('error'), 'invalid_target', resource)
  }
  const plain = await enter(at, await begin(wiki, { scope: 'openid orders:read' }), 'alice')
  assert.equal(plain.tokens.scope, 'openid', 'a scope of an API needs the API')
  assert.equal(await userinfo(at, plain.tokens.access_token), 200)
})

test("a stranger's app asks the person before it may use an API in their name", async () => {
  await using at = await openScene(settings)
  const stranger = await at.app('stranger', client.ClientSecretPost(secret))
  const redirect_uri = 'https://stranger.test/callback'
  const browser = new Browser(at.origin)
  const first = await begin(stranger, { redirect_uri })
  const told = await signInOn(browser, await travel(browser, first.url), 'alice')
  if (typeof told === 'string') return assert.fail('nobody was asked')
  assert.doesNotMatch(told.text, /in your name/)
  const agree = async (page: typeof told) =>
    browser.post(/action="([^"]*)"/.exec(page.text)![1]!, {
      _csrf: page.csrf,
      decision: 'allowed',
    })
  await agree(told)
  const asks = { redirect_uri, scope: 'openid profile mail:send', resource: mail }
  const second = await travel(browser, (await begin(stranger, asks)).url)
  if (typeof second === 'string') return assert.fail('what was agreed to before was less')
  assert.match(second.text, /It may use in your name:.*Mail.*mail:send/s)
})

test('a page about a device says which APIs its app may use', async () => {
  await using at = await openScene(settings)
  const asked = { client_id: 'reader', scope: 'openid orders:read', resource: orders }
  const body = new URLSearchParams(asked)
  const path = `${at.origin}/oauth2/device_authorization`
  const begun = (await (await fetch(path, { method: 'POST', body })).json()) as {
    user_code: string
    device_code: string
  }
  const { browser, page } = await openDevicePage(at)
  const question = await typeCode(browser, page, begun.user_code)
  assert.match(question.text, /Orders.*orders:read/s)
  await answerDevice(browser, question, 'confirm')
  const answer = await fetch(`${at.origin}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: 'reader',
      device_code: begun.device_code,
      resource: orders,
    }),
  })
  const { access_token } = (await answer.json()) as { access_token: string }
  assert.equal((await atApi(at, access_token, orders)).scope, 'orders:read')
})

test('an app acts for itself with its own resources alone', async () => {
  await using at = await openScene(settings)
  const nightly = await at.app('nightly')
  const own = await client.clientCredentialsGrant(nightly, { scope: 'orders:read orders:write' })
  const told = await atApi(at, own.access_token, orders)
  assert.deepEqual([told.sub, told.client_id, told.scope], ['nightly', 'nightly', 'orders:read'])
  assert.equal(own.refresh_token, undefined)
  const none = await client.clientCredentialsGrant(nightly, { scope: 'openid orders:delete' })
  assert.equal((await atApi(at, none.access_token, orders)).scope, undefined)
  assert.equal(await userinfo(at, own.access_token), 401)
  const both = await at.app('both')
  const bare = client.clientCredentialsGrant(both, { scope: 'mail:send' })
  assert.equal(await refusal(bare), 'invalid_target', 'one of two has to be named')
  const one = await client.clientCredentialsGrant(both, { resource: mail, scope: 'mail:send' })
  assert.equal((await atApi(at, one.access_token, mail)).scope, 'mail:send')
  for (const [id, parameters, expected] of [
    ['nightly', { resource: mail }, 'invalid_target'],
    ['wiki', { resource: orders }, 'invalid_request'],
  ] as const)
    assert.equal(
      await refusal(client.clientCredentialsGrant(await at.app(id), parameters)),
      expected,
      id,
    )
  const wrong = await at.app('nightly', client.ClientSecretBasic('a guess'))
  assert.match(await refusal(client.clientCredentialsGrant(wrong)), /challenge/)
})

test('settings name what an app may not have', () => {
  const problems = (change: (text: string) => string) => {
    const text = `publicUrl: https://sso.corp.test
store: { sqlite: a.db }
keys: { rootKey: { file: root.key } }
audit: { file: a.jsonl }
${change(settings)}`
    const read = readSettings(text, '/gatehouse.yaml', {})
    return read.ok ? [] : read.problems.map(({ message }) => message)
  }
  assert.deepEqual(
    problems((text) => text),
    [],
  )
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [`"${orders}": ["orders:read"] }\n  both`, `"${orders}": [nope] }\n  both`, /no such scope/],
    [`  ${mail}: { label`, '  https://other.corp.test: { label', /not in `resources`/],
    [`    secret: ${secret}\n    clientC`, '    clientC', /needs a `secret`/],
    ['"orders:delete"]', 'openid]', /the protocol has this scope/],
    [`    resources: { "${orders}": ["orders:read"] }\n  both`, '  both', /needs `resources`/],
  ]
  for (const [from, to, expected] of cases) {
    assert.ok(settings.includes(from), from)
    const found = problems((text) => text.replace(from, to))
    assert.ok(
      found.some((message) => expected.test(message)),
      `${to}: ${found}`,
    )
  }
})
