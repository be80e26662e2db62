import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { after, before, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as client from 'openid-client'
import { buildPublishedKeys, type KeysAnswer } from '../../src/apps/published-keys.ts'
import { movableClock } from '../conformance/ephemeral.ts'
import { Browser } from '../http/browser.ts'
import { type HttpsServer, startHttps } from '../outbound/https-server.ts'
import { begin, openScene, passwordHash, type Scene, signInOn, travel } from './scene.ts'

const back = 'https://ledger.corp.test/callback'
const api = 'https://api.corp.test'
const host = 'ledger.corp.test'
const makeKey = async (kid: string) => {
  const pair = await generateKeyPair('ES256', { extractable: true })
  return { kid, pair, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg: 'ES256' } }
}
type Key = Awaited<ReturnType<typeof makeKey>>
const [first, second] = await Promise.all([makeKey('k1'), makeKey('k2')])
const secretJwk = await exportJWK(first.pair.privateKey)

const setOf = (...keys: readonly object[]) => JSON.stringify({ keys })

/** The keys of an app whose host answers what `say` says, or not at all. */
function published() {
  const clock = movableClock()
  const logged: string[] = []
  let answer: () => Promise<KeysAnswer> = async () => ({ text: setOf(), freshSeconds: 600 })
  let fetches = 0
  const keys = buildPublishedKeys({
    clock,
    log: (event, detail) => void logged.push(`${event} ${JSON.stringify(detail)}`),
    fetchKeys: () => {
      fetches++
      return answer()
    },
  })
  return {
    clock,
    logged,
    fetches: () => fetches,
    say: (text: string, freshSeconds = 600) => {
      answer = async () => ({ text, freshSeconds })
    },
    fail: (message = 'it is down') => {
      answer = () => Promise.reject(new Error(message))
    },
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<KeysAnswer>()
      answer = () => promise
      return (text: string) => resolve({ text, freshSeconds: 600 })
    },
    kids: async (...asked: string[]) =>
      (await keys.holding('https://ledger.corp.test/jwks?secret', asked)).map(({ kid }) => kid),
  }
}

test('keys are fetched once for many, and again when they are old or lack the one', async () => {
  const at = published()
  const give = at.hold()
  const many = Promise.all(Array.from({ length: 20 }, () => at.kids('k1')))
  give(setOf(first.jwk))
  assert.deepEqual([new Set((await many).flat()), at.fetches()], [new Set(['k1']), 1])
  at.say(setOf(second.jwk))
  assert.deepEqual(await at.kids('k1'), ['k1'], 'it is fresh')
  assert.deepEqual([await at.kids('k2'), at.fetches()], [['k1'], 1], 'a fetch has just been')
  at.clock.pass(11)
  assert.deepEqual([await at.kids('k2'), at.fetches()], [['k2'], 2])
  at.clock.pass(600)
  at.say(setOf(first.jwk), 86_400)
  assert.deepEqual(await at.kids('k2'), ['k1'], 'a key that was withdrawn is gone')
  at.clock.pass(3601)
  at.say(setOf())
  assert.deepEqual(await at.kids('k1'), [], 'an hour is the most, whatever the headers say')
  for (let asks = 0; asks < 50; asks++) await at.kids(`made-up-${asks}`)
  assert.equal(at.fetches(), 4, 'made-up ids cause no fetches')
})

test('while the host is away the last keys serve for hours, and nobody waits twice', async () => {
  const at = published()
  at.fail()
  assert.deepEqual(await at.kids('k1'), [])
  assert.match(at.logged[0]!, /^app-keys-failed .*"https:\/\/ledger.corp.test\/jwks","problem"/)
  at.clock.pass(11)
  at.say(setOf(first.jwk))
  assert.deepEqual(await at.kids('k1'), ['k1'])
  at.clock.pass(601)
  at.fail()
  assert.deepEqual(await at.kids('k1'), ['k1'])
  at.clock.pass(11)
  const give = at.hold()
  assert.deepEqual(await at.kids('k1'), ['k1'], 'the answer does not wait for the host')
  give('<html>')
  at.clock.pass(6 * 3600)
  at.fail()
  assert.deepEqual(await at.kids('k1'), [])
})

test('keys that are secret, weak, doubled or none are left out; fifty are the most', async () => {
  const at = published()
  const { x } = first.jwk
  const bad = [
    { ...secretJwk, kid: 'secret' },
    { kty: 'oct', k: 'c2VjcmV0', kid: 'symmetric' },
    { kty: 'RSA', n: 'u6oUoSqY-Q', e: 'AQAB', kid: 'short' },
    { ...first.jwk, use: 'enc', kid: 'encrypts' },
    { ...first.jwk, y: x, kid: 'off-curve' },
    { ...first.jwk, kid: 7 },
    { ...first.jwk, kid: 'long', x: 'A'.repeat(5000) },
    { ...first.jwk, kid: 'twice' },
    { ...second.jwk, kid: 'twice' },
    null,
    'k1',
    [],
  ]
  at.say(setOf(...(bad as object[]), { ...first.jwk, x5u: 'https://evil.test', key_ops: ['sign'] }))
  assert.deepEqual(await at.kids('k1'), ['k1'])
  for (const text of [
    '',
    'null',
    '[]',
    '{"keys":{}}',
    '{"keys":[{"__proto__":{"kty":"EC"}}]}',
    setOf(...Array.from({ length: 51 }, (_, number) => ({ ...first.jwk, kid: `k${number}` }))),
  ]) {
    const other = published()
    other.say(text)
    assert.deepEqual(await other.kids('k1'), [], text.slice(0, 40))
  }
})

const settingsOf = ({ certificates, endpoint, port }: HttpsServer, timeoutMs: number) => {
  const ledger = (keysUri: string) => ({
    label: 'Ledger',
    redirectUris: [back],
    authentication: 'private_key_jwt',
    keysUri,
    clientCredentials: true,
    resources: { [api]: ['read'] },
  })
  return Object.entries({
    outbound: { resolve: { [host]: endpoint }, caFile: certificates.caFile, timeoutMs },
    apps: {
      ledger: ledger(`https://${host}/jwks`),
      inside: ledger(`https://127.0.0.1:${port}/jwks`),
    },
    resources: { [api]: { label: 'API', scopes: ['read'] } },
    accounts: { '111122223333': {} },
    connectors: {
      corp: {
        type: 'file',
        label: 'Corp',
        accounts: ['111122223333'],
        leastRefusalMs: 0,
        people: [{ username: 'alice', passwordHash }],
      },
    },
  })
    .map(([name, of]) => `${name}: ${JSON.stringify(of)}`)
    .join('\n')
}
let server: HttpsServer
let at: Scene
let asked = 0
const undo = new AsyncDisposableStack()
const says =
  (body: string, status = 200): RequestListener =>
  (_req, res) => {
    asked++
    res.writeHead(status, { location: `https://${host}/elsewhere` }).end(body)
  }

before(async () => {
  server = undo.use(await startHttps([host], says(setOf(first.jwk))))
  at = undo.use(await openScene(settingsOf(server, 60_000)))
})
after(() => undo.disposeAsync())

let made = 0
const signed = (of: Scene, { pair, kid }: Key, id: string, claims: object = {}) => {
  const exp = Math.floor(of.clock.now().getTime() / 1000) + 60
  return new SignJWT({ iss: id, exp, aud: of.origin, jti: `jti-${made++}`, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid })
    .sign(pair.privateKey)
}
/** What an app gets for an assertion: 200, or the error. */
async function prove(of: Scene, key: Key, id = 'ledger'): Promise<number | string> {
  const answer = await fetch(`${of.origin}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'read',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await signed(of, key, id, { sub: id }),
    }),
  })
  const { error } = (await answer.json()) as { error?: string }
  return error ?? answer.status
}
/** Until the keys are fetched again. */
const later = () => at.clock.pass(11)

test('an app proves itself by a key that it publishes, also by a new one', async () => {
  assert.equal(await prove(at, first), 200)
  assert.equal(await prove(at, { ...second, kid: 'k1' }), 'invalid_client', 'a key of its name')
  server.answer(says(setOf(second.jwk)))
  later()
  assert.equal(await prove(at, first), 200, 'what was fetched is fresh')
  assert.equal(await prove(at, second), 200, 'a new id is looked for')
  assert.equal(await prove(at, first), 'invalid_client', 'the old one is gone with it')
  server.answer(says(setOf(first.jwk)))
})

test('a signed request counts by a published key, pushed or not; a page needs none', async () => {
  later()
  const ledger = await at.app(
    'ledger',
    client.PrivateKeyJwt({ key: first.pair.privateKey, kid: 'k1' }),
  )
  const attempt = await begin(ledger, { redirect_uri: back })
  const claims = Object.fromEntries(attempt.url.searchParams)
  const browser = new Browser(at.origin)
  const send = async (key: Key) => {
    const request = await signed(at, key, 'ledger', { ...claims, jti: undefined })
    const shown = await browser.get(
      `/oauth2/authorize?${new URLSearchParams({ client_id: 'ledger', request })}`,
    )
    return shown.location ?? ''
  }
  assert.match(await send(first), /^\/apps\/continue\//)
  later()
  assert.match(await send(second), /error=invalid_request_object|^$/)
  later()
  const pushed = await client.buildAuthorizationUrlWithPAR(ledger, claims)
  const before = asked
  const to = await signInOn(browser, await travel(browser, pushed), 'alice')
  assert.ok(String(to).startsWith(back), String(to))
  assert.equal(asked, before, 'who proves nothing causes no fetch')
})

test('keys that come too large, redirected, broken or not at all let nobody in', async () => {
  for (const [what, answer] of Object.entries({
    'too large': says(setOf(first.jwk, { padding: 'x'.repeat(70_000) })),
    'a redirect': says(setOf(first.jwk), 302),
    'an error': says(setOf(first.jwk), 503),
    'no keys': says('{}'),
    'half an answer': ((_req, res) => {
      asked++
      res.writeHead(200, { 'content-length': '5000' }).write(setOf(first.jwk))
      res.destroy()
    }) as RequestListener,
  })) {
    // Beyond what serves while the host is away.
    at.clock.pass(7 * 3600)
    server.answer(answer)
    const before = asked
    assert.equal(await prove(at, first), 'invalid_client', what)
    assert.equal(asked, before + 1, what)
    assert.ok(at.logged.at(-1)!.startsWith('app-keys-failed'), what)
  }
  server.answer(says(setOf(first.jwk)))
  later()
  assert.equal(await prove(at, first), 200, 'it has recovered')
})

test('a host that is slow, or inside the network, is given up and never asked', async () => {
  await using hasty = await openScene(settingsOf(server, 100))
  server.answer(() => void asked++)
  assert.equal(await prove(hasty, first), 'invalid_client')
  assert.match(hasty.logged.at(-1)!, /no whole answer within 100 ms/)
  const before = asked
  assert.equal(await prove(hasty, first, 'inside'), 'invalid_client')
  assert.match(hasty.logged.at(-1)!, /has no public address/)
  assert.equal(asked, before)
  server.answer(says(setOf(first.jwk)))
})
