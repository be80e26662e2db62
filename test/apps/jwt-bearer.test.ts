import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startHttps } from '../outbound/https-server.ts'
import {
  hmacToken,
  issuerListener,
  keys,
  type PublishedKeys,
  signingKey,
  token,
} from '../web-identity/issuer.ts'
import { ask } from './exchange-scene.ts'
import { appSettings, openScene, type Scene, secret } from './scene.ts'

const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const host = 'ci.corp.test'
const issuer = `https://${host}`
const second = `https://other.${host}`

let at: Scene
let undo: AsyncDisposableStack
const published: PublishedKeys = { keys: [keys.RS256, keys.ES256], discoveries: 0, fetches: 0 }

before(async () => {
  undo = new AsyncDisposableStack()
  const server = undo.use(
    await startHttps([host, `other.${host}`], (req, res) =>
      issuerListener(req.headers.host === host ? issuer : second, published)(req, res),
    ),
  )
  const resolve = { [host]: server.endpoint, [`other.${host}`]: server.endpoint }
  const trusts = (of: string, subjects: readonly string[]) => ({
    ...{ issuer: of, algorithms: ['RS256'], subjects },
  })
  const app = (id: string, assertions: readonly object[]) => ({
    label: id,
    secret,
    redirectUris: [`https://${id}.corp.test/callback`],
    assertions,
  })
  const apps = {
    build: app('build', [trusts(issuer, ['repo:corp/*', 'one'])]),
    deploy: app('deploy', [trusts(issuer, ['repo:corp/*']), trusts(second, ['two'])]),
    release: app('release', [{ ...trusts(issuer, ['repo:corp/*']), audience: 'release-only' }]),
  }
  const { caFile } = server.certificates
  at = undo.use(
    await openScene(
      `outbound: ${JSON.stringify({ resolve, caFile })}\n${appSettings}` +
        Object.entries(apps)
          .map(([id, one]) => `  ${id}: ${JSON.stringify(one)}\n`)
          .join(''),
    ),
  )
})
after(() => undo.disposeAsync())

let made = 0
const seconds = () => Math.floor(at.clock.now().getTime() / 1000)
const claims = (more: object = {}) => ({
  iss: issuer,
  sub: 'repo:corp/shop',
  aud: at.origin,
  iat: seconds(),
  exp: seconds() + 300,
  jti: `id-${made++}`,
  ...more,
})
const present = (assertion: string, id = 'build', more: Record<string, string> = {}) =>
  ask(at, { grant_type, assertion, ...more }, id)

test('an assertion of an issuer gives a token that says whose it is', async () => {
  const { status, told } = await present(token(claims({ exp: seconds() + 120 })))
  assert.equal(status, 200, JSON.stringify(told))
  assert.ok(told.expires_in <= 120, 'no longer than the assertion')
  assert.deepEqual([told.token_type, told.scope, told.id_token], ['Bearer', 'openid', undefined])
  const { told: known } = await ask(at, { token: told.access_token }, 'build', 'introspect')
  const sub_id = { format: 'iss_sub', iss: issuer, sub: 'repo:corp/shop' }
  assert.deepEqual([known.active, known.sub_id, known.act], [true, sub_id, undefined])
  const other = await ask(at, { token: told.access_token }, 'deploy', 'introspect')
  assert.equal(other.told.active, false)
  const events = await at.events((all) => all.some(({ eventName }) => eventName === 'AppToken'))
  const given = events.find(({ eventName }) => eventName === 'AppToken')!
  assert.deepEqual(given.requestParameters?.subject, sub_id)
  const named = token(claims({ aud: [`${at.origin}/oauth2/token`], sub: 'one' }))
  assert.equal((await present(named)).status, 200)
})

test('one of fifty uses of an assertion at once gives a token, at whatever app', async () => {
  const assertion = token(claims())
  const uses = Array.from({ length: 50 }, (_, at) =>
    present(assertion, at % 2 ? 'build' : 'deploy'),
  )
  const all = await Promise.all(uses)
  assert.equal(all.filter(({ status }) => status === 200).length, 1)
  assert.equal((await present(assertion)).told.error, 'invalid_grant')
})

test('an audience of its own keeps the assertions of one app from every other', async () => {
  const own = token(claims({ aud: 'release-only' }))
  for (const id of ['build', 'deploy'])
    assert.equal((await present(own, id)).told.error, 'invalid_grant', id)
  assert.equal((await present(own, 'release')).status, 200)
  for (const aud of [at.origin, `${at.origin}/oauth2/token`, ['release-only', at.origin]])
    assert.equal((await present(token(claims({ aud })), 'release')).status, 400, String(aud))
})

type Refused = Readonly<Record<string, () => string>>
const of = (more: object) => () => token(claims(more))
const stranger = signingKey('RS256', 'stranger')

const refused: Refused = {
  'an issuer that is not the app’s': of({ iss: second, sub: 'two' }),
  'an issuer with a slash': of({ iss: `${issuer}/` }),
  'no issuer': of({ iss: undefined }),
  'a subject that is not the app’s': of({ sub: 'repo:evil/shop' }),
  'a subject that begins as one': of({ sub: 'one1' }),
  'no subject': of({ sub: undefined }),
  'a subject that is a list': of({ sub: ['one'] }),
  'a long subject': of({ sub: `repo:corp/${'x'.repeat(300)}` }),
  'another audience': () => token(claims({ aud: 'https://elsewhere.test' })),
  'another audience beside ours': () => token(claims({ aud: [at.origin, 'https://else.test'] })),
  'an audience that begins as ours': () => token(claims({ aud: `${at.origin}/` })),
  'the client as audience': of({ aud: 'build' }),
  'no audience': of({ aud: [] }),
  'no id': of({ jti: undefined }),
  'an empty id': of({ jti: '' }),
  'an id that is a number': of({ jti: 7 }),
  'no end': of({ exp: undefined }),
  'an end that is a text': () => token(claims({ exp: String(seconds() + 60) })),
  'an end that has come': () => token(claims({ exp: seconds() })),
  'an end far away': () => token(claims({ exp: seconds() + 7200 })),
  'a long life that is nearly over': () => token(claims({ iat: seconds() - 7200 })),
  'no time of issue': of({ iat: undefined }),
  'a time of issue to come': () => token(claims({ iat: seconds() + 120 })),
  'a beginning to come': () => token(claims({ nbf: seconds() + 120 })),
  'an algorithm that the app does not take': () => token(claims(), keys.ES256),
  'a key of somebody else': () => token(claims(), stranger),
  'a key of somebody else under a known name': () =>
    token(claims(), stranger, { kid: keys.RS256.kid }),
  'the algorithm none': () => token(claims(), keys.RS256, { alg: 'none' }),
  'the public key as a secret': () => hmacToken(claims(), JSON.stringify(keys.RS256.jwk)),
  'an access token': () => token(claims(), keys.RS256, { typ: 'at+jwt' }),
  'a logout token': () => token(claims(), keys.RS256, { typ: 'logout+jwt' }),
  'a critical extension': () => token(claims(), keys.RS256, { crit: ['x'], x: 1 }),
  'an encrypted token': () => `${token(claims())}.a.b`,
  'a cut signature': () => token(claims()).slice(0, -4),
  'a space behind it': () => `${token(claims())} `,
  'a text': () => 'x'.repeat(25_000),
}

for (const [title, make] of Object.entries(refused))
  test(`an assertion is refused: ${title}`, async () => {
    const { status, told } = await present(make())
    assert.deepEqual([status, told.error], [400, 'invalid_grant'], JSON.stringify(told))
  })

test('an app without trusted issuers has no such grant, and one has only its own', async () => {
  assert.equal((await present(token(claims()), 'wiki')).told.error, 'invalid_request')
  const two = () => token(claims({ iss: second, sub: 'two' }))
  assert.equal((await present(two(), 'build')).told.error, 'invalid_grant')
  assert.equal((await present(two(), 'deploy')).status, 200)
})

test('a request that is wrong in itself does not use an assertion up', async () => {
  const assertion = token(claims())
  const { told } = await present(assertion, 'build', { scope: 'openid profile' })
  assert.equal(told.error, 'invalid_scope')
  assert.equal((await ask(at, { grant_type }, 'build')).told.error, 'invalid_request')
  assert.equal((await present(assertion)).status, 200)
})

test('assertions that name unknown keys fetch no keys again and again', async () => {
  const before = published.fetches
  for (let tries = 0; tries < 20; tries++)
    await present(token(claims(), stranger, { kid: `unknown-${tries}` }))
  assert.ok(published.fetches - before <= 1, `${published.fetches - before} fetches`)
})
