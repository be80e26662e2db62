import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as client from 'openid-client'
import { Browser } from '../http/browser.ts'
import { openRedis } from '../peers/redis.ts'
import { findProgram, requirePeer } from '../peers/require.ts'
import { appSettings, back, begin, enter, openScene, type Scene, secret, travel } from './scene.ts'

const basic = (id: string, password = secret) => {
  const pair = [id, password].map(encodeURIComponent).join(':')
  return `Basic ${Buffer.from(pair).toString('base64')}`
}

/** A call to the token endpoint, as anybody can write it. */
async function ask(at: Scene, fields: Record<string, string>, id = 'wiki', path = 'token') {
  const answer = await fetch(`${at.origin}/oauth2/${path}`, {
    method: 'POST',
    headers: { authorization: basic(id) },
    body: new URLSearchParams(fields),
  })
  return { status: answer.status, told: (await answer.json()) as Record<string, unknown> }
}
const codeOf = (to: string) => new URL(to).searchParams.get('code')!

/** A code that nobody has redeemed yet. */
async function freshCode(at: Scene, browser?: Browser) {
  const attempt = await begin(await at.app('wiki'))
  const in_ = browser ?? (await enter(at, await begin(await at.app('wiki')), 'alice')).browser
  const to = await travel(in_, attempt.url)
  assert.equal(typeof to, 'string')
  return { code: codeOf(String(to)), verifier: attempt.verifier, browser: in_ }
}
const redeeming = (code: string, code_verifier: string) => ({
  grant_type: 'authorization_code',
  redirect_uri: back,
  code,
  code_verifier,
})

test('addresses that look like a registered one are not sent to', async () => {
  await using at = await openScene()
  const alike = [
    'https://wiki.corp.test/callback/',
    'https://wiki.corp.test/callback?x=1',
    'https://wiki.corp.test/callback#x',
    'https://wiki.corp.test/Callback',
    'https://wiki.corp.test./callback',
    'https://wiki.corp.test:443/callback',
    'https://wiki.corp.test:8443/callback',
    'https://user@wiki.corp.test/callback',
    'https://wiki.corp.test//callback',
    'https://wiki.corp.test/callback2',
    'https://wiki.corp.test/callback%2f',
    'https://wiki.corp.test/callback?',
    'https://wiki.corp.test/callback#',
    ' https://wiki.corp.test/callback',
    'https:/wiki.corp.test/callback',
    'https://127.0.0.1/callback',
    'https://[::1]/callback',
    'https://WIKI.corp.test/callback',
    'https://wiki.corp.test/x/../callback',
    'https://wiki.corp.test/%63allback',
    'https://wiki.corp.test@evil.test/callback',
    'https://evil.test/callback',
    'https://wiki.corp.test.evil.test/callback',
    'http://wiki.corp.test/callback',
    'https://wiki.corp.test\\@evil.test/callback',
    'javascript:alert(1)',
    '//evil.test/callback',
    '',
  ]
  const browser = new Browser(at.origin)
  for (const redirect_uri of alike) {
    const { url } = await begin(await at.app('wiki'), { redirect_uri })
    const shown = await browser.get(url.pathname + url.search)
    assert.deepEqual([shown.status, shown.location], [400, null], redirect_uri)
    assert.doesNotMatch(shown.text, /evil/, redirect_uri)
  }
})

test('a native app has any port of its loopback address, and no other address', async () => {
  await using at = await openScene(
    `${appSettings}  six:
    label: Six
    type: native
    redirectUris: ["http://[::1]/back"]
  local:
    label: Local
    redirectUris: ["https://127.0.0.1/back", "https://[::1]/back"]
`,
  )
  const browser = new Browser(at.origin)
  for (const [id, redirect_uri, good] of [
    ['desk', 'http://127.0.0.1:4711/back', true],
    ['desk', 'com.corp.desk:/back', true],
    ['desk', 'http://localhost:4711/back', false],
    ['desk', 'http://[::1]:4711/back', false],
    ['desk', 'http://127.0.0.1:4711/back2', false],
    ['desk', 'http://127.0.0.1:4711/back?x=1', false],
    ['desk', 'http://127.0.0.1:4711/back#x', false],
    ['desk', 'http://user@127.0.0.1:4711/back', false],
    ['desk', 'https://127.0.0.1:4711/back', false],
    ['desk', 'http://127.0.0.2:4711/back', false],
    ['desk', 'http://2130706433:4711/back', false],
    ['desk', 'http://127.0.0.1.evil.test/back', false],
    ['desk', 'com.corp.desk:/other', false],
    ['six', 'http://[::1]:4711/back', true],
    ['six', 'http://[::2]:4711/back', false],
    ['six', 'http://[::ffff:127.0.0.1]:4711/back', false],
    ['six', 'http://127.0.0.1:4711/back', false],
    ['local', 'https://127.0.0.1/back', true],
    ['local', 'https://127.0.0.1:4711/back', false],
    ['local', 'https://[::1]:4711/back', false],
  ] as const) {
    const { url } = await begin(await at.app(id, client.None()), { redirect_uri })
    const shown = await browser.get(url.pathname + url.search)
    assert.equal(shown.status, good ? 303 : 400, `${id}: ${redirect_uri}`)
  }
})

test('without PKCE, or with the plain one, nothing begins; a code needs its verifier', async () => {
  await using at = await openScene()
  const wiki = await at.app('wiki')
  const browser = new Browser(at.origin)
  const bare = (parameters: Record<string, string>) =>
    `/oauth2/authorize?${new URLSearchParams({
      client_id: 'wiki',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: back,
      ...parameters,
    })}`
  for (const parameters of [
    {},
    { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' },
    { code_challenge: 'x'.repeat(43) },
    { code_challenge_method: 'S256' },
  ]) {
    const shown = await browser.get(bare(parameters as Record<string, string>))
    const error = new URL(shown.location ?? 'about:none').searchParams.get('error')
    assert.equal(error, 'invalid_request', JSON.stringify(parameters))
  }
  for (const response_type of ['token', 'id_token', 'code id_token', 'none']) {
    const { url } = await begin(wiki, { response_type })
    const shown = await browser.get(url.pathname + url.search)
    assert.match(shown.location ?? '', /error=unsupported_response_type/, response_type)
  }
  const { code } = await freshCode(at)
  const without = await ask(at, { grant_type: 'authorization_code', redirect_uri: back, code })
  assert.deepEqual([without.status, without.told.error], [400, 'invalid_grant'])
})

test('a code of another request is not redeemed', async () => {
  await using at = await openScene()
  const one = await freshCode(at)
  const two = await freshCode(at, one.browser)
  const injected = await ask(at, redeeming(one.code, two.verifier))
  assert.deepEqual([injected.status, injected.told.error], [400, 'invalid_grant'])
})

test('a code that is used twice ends what it gave', async () => {
  await using at = await openScene()
  const { code, verifier } = await freshCode(at)
  const first = await ask(at, redeeming(code, verifier))
  assert.equal(first.status, 200)
  const second = await ask(at, redeeming(code, verifier))
  assert.deepEqual([second.status, second.told.error], [400, 'invalid_grant'])
  const refresh_token = String(first.told.refresh_token)
  const refreshed = await ask(at, { grant_type: 'refresh_token', refresh_token })
  assert.deepEqual([refreshed.status, refreshed.told.error], [400, 'invalid_grant'])
})

test('a refresh token that is used again ends its family, an honest retry does not', async () => {
  await using at = await openScene()
  const { tokens } = await enter(at, await begin(await at.app('wiki')), 'alice')
  const use = (refresh_token: unknown) =>
    ask(at, { grant_type: 'refresh_token', refresh_token: String(refresh_token) })
  const one = await use(tokens.refresh_token)
  assert.equal(one.status, 200)
  assert.notEqual(one.told.refresh_token, tokens.refresh_token)
  assert.equal((await use(tokens.refresh_token)).status, 400, 'moments later')
  const two = await use(one.told.refresh_token)
  assert.equal(two.status, 200, 'the family lives')
  at.clock.pass(11)
  assert.equal((await use(one.told.refresh_token)).status, 400)
  assert.equal((await use(two.told.refresh_token)).status, 400, 'the family has ended')
})

test('of many refreshes at once one is served, on a store that waits', async (t) => {
  if (!findProgram('redis-server')) return void requirePeer(t, 'redis')
  await using redis = await openRedis()
  await using at = await openScene(`ephemeral: { redis: "${redis.url}" }\n${appSettings}`)
  const { tokens, browser } = await enter(at, await begin(await at.app('wiki')), 'alice')
  const fields = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! }
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask(at, fields)))
  const won = answers.filter(({ status }) => status === 200)
  assert.equal(won.length, 1)
  const refresh_token = String(won[0]!.told.refresh_token)
  assert.equal((await ask(at, { grant_type: 'refresh_token', refresh_token })).status, 200)

  const { code, verifier } = await freshCode(at, browser)
  const codes = await Promise.all(
    Array.from({ length: 30 }, () => ask(at, redeeming(code, verifier))),
  )
  assert.ok(codes.filter(({ status }) => status === 200).length <= 1)
})

test('a code or refresh token in the hands of another app ends its family', async () => {
  await using at = await openScene(
    appSettings.replace(
      '  board:',
      `  other:
    label: Other
    secret: ${secret}
    redirectUris: [${back}]
    refreshTokens: true
  board:`,
    ),
  )
  const { code, verifier, browser } = await freshCode(at)
  const stolen = await ask(at, redeeming(code, verifier), 'other')
  assert.deepEqual([stolen.status, stolen.told.error], [400, 'invalid_grant'])
  assert.equal((await ask(at, redeeming(code, verifier))).status, 400, 'nor does its own')
  const { tokens } = await enter(at, await begin(await at.app('wiki')), 'alice', browser)
  const fields = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! }
  assert.equal((await ask(at, fields, 'other')).status, 400)
  assert.equal((await ask(at, fields)).status, 400)
})

test('no token is good for what it is not', async () => {
  await using at = await openScene()
  const wiki = await at.app('wiki')
  const { tokens } = await enter(at, await begin(wiki), 'alice')
  const bearer = (token: string) =>
    fetch(`${at.origin}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal((await bearer(tokens.access_token)).status, 200)
  for (const [name, token] of Object.entries({
    id: tokens.id_token!,
    refresh: tokens.refresh_token!,
    cut: tokens.access_token.slice(0, -1),
    none: 'x',
  }))
    assert.equal((await bearer(token)).status, 401, name)
  const inQuery = await fetch(`${at.origin}/oauth2/userinfo?access_token=${tokens.access_token}`)
  assert.notEqual(inQuery.status, 200)
  const active = async (token: string, id: string) =>
    (await ask(at, { token }, id, 'introspect')).told.active
  assert.equal(await active(tokens.access_token, 'wiki'), true)
  assert.notEqual(await active(tokens.id_token!, 'wiki'), true)
  const own = await ask(at, { grant_type: 'client_credentials' })
  assert.equal(own.told.error, 'invalid_request', 'not a grant of this app')
  const grants = ['password', 'implicit']
  for (const grant_type of grants)
    assert.equal((await ask(at, { grant_type })).told.error, 'unsupported_grant_type', grant_type)
  await client.tokenRevocation(wiki, tokens.refresh_token!)
  assert.equal((await bearer(tokens.access_token)).status, 401, 'revoked with its family')
})

test('an app learns nothing of the tokens of another', async () => {
  await using at = await openScene(
    appSettings.replace('    authentication: client_secret_post\n', ''),
  )
  const { tokens } = await enter(at, await begin(await at.app('wiki')), 'alice')
  const asked = await ask(at, { token: tokens.access_token }, 'stranger', 'introspect')
  assert.deepEqual(asked.told, { active: false })
  await ask(at, { token: tokens.access_token }, 'stranger', 'revoke').catch(() => undefined)
  const info = await fetch(`${at.origin}/oauth2/userinfo`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  assert.equal(info.status, 200, 'nor can it end them')
})

test('wrong secrets are counted by address, large bodies and foreign hosts refused', async () => {
  await using at = await openScene(
    `limits: { signInsPerAddress: { count: 3, window: 15m } }\n${appSettings}`,
  )
  const wrong = () =>
    fetch(`${at.origin}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: basic('wiki', 'a guess') },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x' }),
    })
  const statuses = []
  for (let tries = 0; tries < 5; tries++) statuses.push((await wrong()).status)
  assert.deepEqual(statuses, [401, 401, 401, 429, 429])
  await using other = await openScene()
  const large = await fetch(`${other.origin}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: basic('wiki') },
    body: new URLSearchParams({ grant_type: 'x'.repeat(40_000) }),
  })
  assert.equal(large.status, 413)
})

test('who has left since gets nothing more', async () => {
  await using at = await openScene()
  const wiki = await at.app('wiki')
  const { tokens } = await enter(at, await begin(wiki), 'alice')
  at.clock.pass(13 * 3600)
  const fields = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! }
  assert.equal((await ask(at, fields)).status, 400, 'refresh tokens end with the sign-in')
})
