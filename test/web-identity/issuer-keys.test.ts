import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'node:test'
import { OutboundFault } from '../../src/outbound/outbound-fault.ts'
import { freshSeconds } from '../../src/web-identity/freshness.ts'
import { createIssuerKeys } from '../../src/web-identity/issuer-keys.ts'
import { WebIdentityFault } from '../../src/web-identity/web-identity-fault.ts'
import { movableClock } from '../conformance/ephemeral.ts'
import { outboundTo, startHttps } from '../outbound/https-server.ts'
import { issuerListener, keys, type SigningKey } from './issuer.ts'

const issuer = 'https://idp.example.com'
const codeOf = (error: unknown) => (error instanceof WebIdentityFault ? error.code : String(error))

/** Keys of an issuer that answers what the test says, when it says so. */
function cached(
  answer: {
    published?: readonly SigningKey[]
    headers?: IncomingHttpHeaders
    away?: boolean
    wait?: Promise<void>
  } = {},
) {
  const clock = movableClock()
  const state = {
    published: [keys.RS256] as readonly SigningKey[],
    headers: { 'cache-control': 'max-age=600' } as IncomingHttpHeaders,
    away: false,
    wait: Promise.resolve(),
    ...answer,
  }
  const asked: string[] = []
  const logged: string[] = []
  const outbound = {
    async get(url: string) {
      asked.push(url.slice(issuer.length))
      await state.wait
      if (state.away) throw new OutboundFault('unreachable', 'away')
      const body = url.endsWith('configuration')
        ? { issuer, jwks_uri: `${issuer}/keys` }
        : { keys: state.published.map(({ jwk }) => jwk) }
      return { status: 200, headers: state.headers, body: Buffer.from(JSON.stringify(body)) }
    },
  }
  const { find } = createIssuerKeys({ outbound, clock, log: (event) => void logged.push(event) })
  return {
    clock,
    state,
    asked,
    logged,
    fetches: () => asked.filter((path) => path === '/keys').length,
    find: (
      { kid, alg }: { kid: string; alg: SigningKey['alg'] } = keys.RS256,
      thumbprints: readonly string[] = [],
    ) => find({ issuer, thumbprints, keyId: kid, algorithm: alg }),
  }
}

test('a hundred callers at once are one fetch', async () => {
  const at = cached()
  const found = await Promise.all(Array.from({ length: 100 }, () => at.find()))
  assert.ok(found.every((one) => one.length === 1))
  assert.deepEqual(at.asked, ['/.well-known/openid-configuration', '/keys'])
})

test('keys are used as long as the answer said, and fetched ahead of their end', async () => {
  const at = cached()
  await at.find()
  at.clock.pass(479)
  await at.find()
  assert.equal(at.fetches(), 1)
  const { promise, resolve } = Promise.withResolvers<void>()
  at.state.wait = promise
  at.clock.pass(2)
  assert.equal((await at.find()).length, 1, 'nobody waits for it')
  assert.equal(at.asked.length, 3)
  resolve()
})

test("a key that was withdrawn is refused once the answer's time is over", async () => {
  const at = cached()
  await at.find()
  at.state.published = [keys.ES256]
  at.clock.pass(601)
  await assert.rejects(at.find(), (error) => codeOf(error) === 'InvalidIdentityToken')
  assert.equal((await at.find(keys.ES256)).length, 1)
})

test('an unknown key id is asked for once within the floor, whatever tokens claim', async () => {
  const at = cached()
  await at.find()
  for (let id = 0; id < 50; id++)
    await assert.rejects(at.find({ kid: `made-up-${id}`, alg: 'RS256' }))
  assert.equal(at.fetches(), 1, 'the first fetch is not thirty seconds old')
  at.state.published = [keys.RS256, keys.ES256]
  at.clock.pass(31)
  assert.equal((await at.find(keys.ES256)).length, 1)
  for (let id = 0; id < 50; id++)
    await assert.rejects(at.find({ kid: `made-up-${id}`, alg: 'RS256' }))
  assert.equal(at.fetches(), 2)
})

test('while the issuer is away its last keys serve six hours, and it is asked seldom', async () => {
  const at = cached()
  await at.find()
  at.state.away = true
  at.clock.pass(601)
  for (let call = 0; call < 20; call++) assert.equal((await at.find()).length, 1)
  assert.deepEqual(at.logged, ['issuer-keys-failed'])
  at.clock.pass(6 * 3600 - 2)
  assert.equal((await at.find()).length, 1)
  at.clock.pass(60)
  await assert.rejects(at.find(), (error) => codeOf(error) === 'IDPCommunicationError')
  at.state.away = false
  at.clock.pass(31)
  assert.equal((await at.find()).length, 1)
})

test('an issuer that was never reached is not asked again within the floor', async () => {
  const at = cached({ away: true })
  for (let call = 0; call < 20; call++)
    await assert.rejects(at.find(), (error) => codeOf(error) === 'IDPCommunicationError')
  assert.equal(at.asked.length, 1)
  at.clock.pass(31)
  at.state.away = false
  assert.equal((await at.find()).length, 1)
})

test('keys of a pinned certificate are not those of an account that pinned none', async () => {
  const at = cached()
  await at.find(keys.RS256, ['a'.repeat(40)])
  await at.find(keys.RS256)
  await at.find(keys.RS256, ['a'.repeat(40)])
  assert.equal(at.fetches(), 2)
})

test('how long an answer is fresh', () => {
  const now = new Date('2026-03-04T05:06:07Z')
  const cases: readonly (readonly [IncomingHttpHeaders, number])[] = [
    [{}, 600],
    [{ 'cache-control': 'public, max-age=3600, must-revalidate' }, 3600],
    [{ 'cache-control': 'max-age=3600', age: '600' }, 3000],
    [{ 'cache-control': 'max-age=3600', expires: 'Thu, 01 Jan 1970 00:00:00 GMT' }, 3600],
    [{ expires: 'Wed, 04 Mar 2026 06:06:07 GMT' }, 3600],
    [{ expires: 'Wed, 04 Mar 2026 06:06:07 GMT', date: 'Wed, 04 Mar 2026 05:36:07 GMT' }, 1800],
    [{ expires: '0' }, 60],
    [{ 'cache-control': 'no-store' }, 60],
    [{ 'cache-control': 'no-cache, max-age=3600' }, 60],
    [{ 'cache-control': 'max-age=0' }, 60],
    [{ 'cache-control': 'max-age=9999999999' }, 86_400],
    [{ 'cache-control': 'max-age=-1' }, 600],
    [{ 'cache-control': 'max-age=x' }, 600],
  ]
  for (const [headers, seconds] of cases)
    assert.equal(freshSeconds(headers, now), seconds, JSON.stringify(headers))
})

type Listener = ReturnType<typeof issuerListener>
type Hostile = readonly (readonly [name: string, listener: Listener, code: string])[]

const well = issuerListener(issuer, { keys: [keys.RS256], discoveries: 0, fetches: 0 })

const discovery = (document: unknown) => (req: { url?: string }, res: Parameters<Listener>[1]) =>
  void (req.url!.endsWith('openid-configuration')
    ? res.end(JSON.stringify(document))
    : res.end('{"keys":[]}'))
const keySet =
  (answer: (res: Parameters<Listener>[1]) => void): Listener =>
  (req, res) =>
    req.url === '/keys' ? answer(res) : well(req, res)

/** Asks an issuer over TLS that answers well, and then as each of `hostile`. */
async function assertFaults(hostile: Hostile): Promise<void> {
  await using server = await startHttps(['idp.example.com'], well)
  await using outbound = await outboundTo(server, ['idp.example.com'], {
    timeoutMs: 1500,
    maxBytes: 65_536,
  })
  const find = () =>
    createIssuerKeys({ outbound, clock: movableClock(), log: () => undefined }).find({
      issuer,
      thumbprints: [],
      keyId: keys.RS256.kid,
      algorithm: 'RS256',
    })
  assert.equal((await find()).length, 1)
  for (const [name, listener, code] of hostile) {
    server.answer(listener)
    await assert.rejects(find(), (error) => codeOf(error) === code, name)
  }
}

test('over TLS: key sets that are slow, huge, redirecting or wrong end in a fault', () =>
  assertFaults([
    ['no answer', () => undefined, 'IDPCommunicationError'],
    [
      'drop by drop',
      keySet((res) => {
        const drops = setInterval(() => res.write(' '), 50)
        res.on('close', () => clearInterval(drops))
      }),
      'IDPCommunicationError',
    ],
    ['hang-up', keySet((res) => void res.socket?.destroy()), 'IDPCommunicationError'],
    ['500', keySet((res) => void res.writeHead(500).end('{"keys":[]}')), 'IDPCommunicationError'],
    ['404', (_req, res) => void res.writeHead(404).end(), 'IDPCommunicationError'],
    ['huge', keySet((res) => void res.end(Buffer.alloc(65_537, ' '))), 'InvalidIdentityToken'],
    [
      'redirect',
      keySet((res) => void res.writeHead(302, { location: 'https://169.254.169.254/keys' }).end()),
      'InvalidIdentityToken',
    ],
    [
      'inflating',
      keySet((res) => void res.writeHead(200, { 'content-encoding': 'gzip' }).end()),
      'InvalidIdentityToken',
    ],
    ['no JSON', keySet((res) => void res.end('<html>')), 'InvalidIdentityToken'],
    ['no set', keySet((res) => void res.end('{"keys":{}}')), 'InvalidIdentityToken'],
    [
      'too many keys',
      keySet(
        (res) => void res.end(JSON.stringify({ keys: Array.from({ length: 201 }, () => ({})) })),
      ),
      'InvalidIdentityToken',
    ],
    ['deep', keySet((res) => void res.end('['.repeat(60_000))), 'InvalidIdentityToken'],
  ]))

test('over TLS: a discovery document of another, or that leads elsewhere, ends in a fault', () =>
  assertFaults([
    [
      'no keys',
      discovery({ issuer, jwks_uri: `${issuer}/keys` }) as Listener,
      'InvalidIdentityToken',
    ],
    [
      'another issuer',
      discovery({ issuer: 'https://other.example.com', jwks_uri: `${issuer}/keys` }) as Listener,
      'InvalidIdentityToken',
    ],
    [
      'an issuer with a slash',
      discovery({ issuer: `${issuer}/`, jwks_uri: `${issuer}/keys` }) as Listener,
      'InvalidIdentityToken',
    ],
    ['no jwks_uri', discovery({ issuer }) as Listener, 'InvalidIdentityToken'],
    [
      'jwks_uri over http',
      discovery({ issuer, jwks_uri: 'http://idp.example.com/keys' }) as Listener,
      'InvalidIdentityToken',
    ],
    [
      'jwks_uri inside',
      discovery({ issuer, jwks_uri: 'https://127.0.0.1/keys' }) as Listener,
      'InvalidIdentityToken',
    ],
    [
      'jwks_uri of a file',
      discovery({ issuer, jwks_uri: 'file:///etc/passwd' }) as Listener,
      'InvalidIdentityToken',
    ],
  ]))
