import assert from 'node:assert/strict'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import {
  accessTokenType,
  credentialsType,
  exchangeGrant,
  exchangeSettings,
  role,
  signedCallType,
} from './exchange-scene.ts'
import { openScene, type Scene, secret } from './scene.ts'

const orders = 'https://orders.corp.test'
const settings = () => {
  const app = {
    label: 'all',
    secret,
    redirectUris: ['https://all.corp.test/callback'],
    refreshTokens: true,
    device: true,
    clientCredentials: true,
    resources: { [orders]: ['read'] },
    exchange: { roles: [role('Developer')], sessions: [role('Ci-*')] },
    assertions: [{ issuer: 'https://ci.corp.test', algorithms: ['RS256'], subjects: ['repo:*'] }],
  }
  const own = {
    apps: { all: app, open: { ...app, secret: undefined, clientCredentials: false, exchange: {} } },
    resources: { [orders]: { label: 'Orders', scopes: ['read'] } },
    registration: { enabled: true, when: 'true' },
  }
  const lines = exchangeSettings.split('\n').filter((line) => !line.startsWith('apps:'))
  return [...lines, ...Object.entries(own).map(([name, of]) => `${name}: ${JSON.stringify(of)}`)]
}

type Fields = Readonly<Record<string, string>>
const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.AA'
const exchange = { grant_type: exchangeGrant, subject_token: 'x' }
/** A call of each kind, by its endpoint; what it presents was never given. */
const calls: Readonly<Record<string, readonly [path: string, fields: Fields]>> = {
  code: [
    'token',
    {
      grant_type: 'authorization_code',
      code: 'x'.repeat(43),
      redirect_uri: 'https://all.corp.test/callback',
      code_verifier: 'v'.repeat(43),
    },
  ],
  refresh: ['token', { grant_type: 'refresh_token', refresh_token: 'x', scope: 'openid' }],
  // Wrong in two ways, as one of them may be taken away.
  client: ['token', { grant_type: 'client_credentials', client_id: 'ghost', resource: 'x' }],
  device: [
    'token',
    { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' },
  ],
  role: [
    'token',
    {
      ...exchange,
      subject_token_type: accessTokenType,
      requested_token_type: credentialsType,
      resource: role('Developer'),
      duration_seconds: '900',
      policy: '{}',
      policy_arns: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    },
  ],
  session: ['token', { ...exchange, subject_token_type: signedCallType, audience: 'x' }],
  assertion: [
    'token',
    { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: jwt, scope: 'openid' },
  ],
  'an app by its key': [
    'token',
    {
      grant_type: 'client_credentials',
      client_assertion: jwt,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    },
  ],
  introspection: ['introspect', { token: 'x', token_type_hint: 'access_token' }],
  revocation: ['revoke', { token: 'x', token_type_hint: 'refresh_token' }],
  'device begins': ['device_authorization', { scope: 'openid', client_id: 'ghost' }],
  push: [
    'par',
    {
      client_id: 'all',
      response_type: 'token',
      redirect_uri: 'https://evil.test',
      scope: 'openid',
      state: 'x',
      nonce: 'x',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      request: jwt,
      claims: '{}',
      max_age: '1',
      prompt: 'login',
      acr_values: 'x',
      ui_locales: 'en',
      login_hint: 'x',
      id_token_hint: jwt,
      dpop_jkt: 'x',
    },
  ],
  userinfo: ['userinfo', { access_token: 'x' }],
}

/** A value in the place of another; names whose values are hostile in themselves. */
const values: Readonly<Record<string, string>> = {
  nothing: '',
  'a huge value': 'x'.repeat(30_000),
  'zero bytes': '%00%00',
  'line ends': 'a%0d%0aSet-Cookie:%20a=b',
  'no UTF-8': '%ff%fe%80',
  'half a character': '%ed%a0%80',
  'a name of Object': '__proto__',
  'another name of Object': 'constructor',
  'an object': '%5Bobject%20Object%5D',
  JSON: '%7B%22a%22%3A%5B1%5D%7D',
  'many words': 'a%20'.repeat(5000),
  'a token without parts': '....',
  'a broken escape': '%',
}
const authorizations: Readonly<Record<string, string | undefined>> = {
  'no proof': undefined,
  'no pair': 'Basic',
  'no base64': 'Basic ====%%%',
  'no UTF-8': `Basic ${Buffer.from([0xff, 0xfe, 0x3a, 0x80]).toString('base64')}`,
  'a broken escape': `Basic ${btoa('all:%E0%A4%A')}`,
  'a name of Object': `Basic ${btoa('__proto__:x')}`,
  'a huge one': `Basic ${btoa(`all:${'x'.repeat(6000)}`)}`,
  'a bearer': 'Bearer x',
  'another scheme': 'Digest username="all"',
}
const right = `Basic ${btoa(`all:${encodeURIComponent(secret)}`)}`
const form = 'application/x-www-form-urlencoded'

const withoutSecret = new Set(['an app by its key', 'device begins', 'userinfo'])

let at: Scene
before(async () => {
  at = await openScene(settings().join('\n'))
})
after(() => at[Symbol.asyncDispose]())

interface Sent {
  readonly body: string
  readonly authorization?: string | undefined
  readonly type?: string | undefined
  readonly headers?: Readonly<Record<string, string | string[]>>
}

/** By hand, as `fetch` refuses to send some of it. Returns what is wrong with the answer. */
async function wrongWith(path: string, { body, type = form, ...sent }: Sent) {
  const { authorization, headers = {} } = sent
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>()
  const outgoing = request(
    `${at.origin}/oauth2/${path}`,
    {
      method: 'POST',
      headers: {
        'content-type': type,
        'content-length': Buffer.byteLength(body),
        ...(authorization !== undefined && { authorization }),
        ...headers,
      },
    },
    async (answer) => {
      const { statusCode: status = 0 } = answer
      const told = await text(answer)
      const known = status >= 400 && status < 500 && status !== 404
      // RFC 7009, section 2.2, and RFC 7662, section 2.2: a token that is none is no error.
      const good = path === 'revoke' ? told === '' : told === '{"active":false}'
      if (status === 200 && good) resolve(undefined)
      else resolve(known && isError(told, path) ? undefined : `${status} ${told.slice(0, 300)}`)
    },
  )
  outgoing.on('error', reject)
  outgoing.end(body)
  return promise
}

/** RFC 6749, section 5.2. RFC 6750, section 3.1: a request without a token has no error. */
function isError(told: string, path: string): boolean {
  try {
    const { error } = JSON.parse(told)
    return /^[a-z_]{3,40}$/.test(error)
  } catch {
    return path === 'userinfo' && told === ''
  }
}

/** At most one answer is wrong in a list that a person can read. */
async function refusesAll(cases: Readonly<Record<string, readonly [path: string, Sent]>>) {
  const wrong: string[] = []
  const before = at.logged.length
  for (const [what, [path, sent]] of Object.entries(cases)) {
    const told = await wrongWith(path, sent)
    if (told !== undefined) wrong.push(`${what}: ${told}`)
    // Wrong proofs of one address are counted.
    at.clock.pass(60)
  }
  assert.deepEqual(wrong, [])
  const failed = at.logged.slice(before).filter((line) => /-failed/.test(line))
  assert.deepEqual(failed, [], 'none of it is a fault of ours')
}

const encoded = (fields: Fields) => new URLSearchParams(fields).toString()

for (const [name, [path, fields]] of Object.entries(calls))
  test(`whatever stands in the parameters, there is an OAuth error: ${name}`, async () => {
    const cases: Record<string, readonly [string, Sent]> = {}
    const ofApp = withoutSecret.has(name) ? undefined : right
    const add = (what: string, body: string) => {
      cases[what] = [path, { body, authorization: ofApp }]
    }
    add('as it is', encoded(fields))
    add('nothing at all', '')
    for (const key of Object.keys(fields)) {
      const { [key]: value = '', ...others } = fields
      const rest = encoded(others)
      add(`${key} twice`, `${encoded(fields)}&${key}=other`)
      add(`${key} as a list`, `${rest}&${key}[]=${encodeURIComponent(value)}&${key}[]=b`)
      add(`${key} as an object`, `${rest}&${key}[a]=b`)
      for (const [what, hostile] of Object.entries(values))
        add(`${key}: ${what}`, `${rest}&${key}=${hostile}`)
    }
    await refusesAll(cases)
  })

test('whatever an app sends as its proof, there is an OAuth error', async () => {
  const cases: Record<string, readonly [string, Sent]> = {}
  for (const [name, [path, fields]] of Object.entries(calls))
    for (const [what, authorization] of Object.entries(authorizations))
      cases[`${name}: ${what}`] = [path, { body: encoded(fields), authorization }]
  await refusesAll(cases)
})

test('bodies of another kind and proofs of DPoP that are none give an OAuth error', async () => {
  const cases: Record<string, readonly [string, Sent]> = {}
  for (const [name, [path, fields]] of Object.entries(calls)) {
    const of = { body: encoded(fields), authorization: right }
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'x'])
      cases[`${name}: ${type}`] = [path, { ...of, type }]
    cases[`${name}: charset`] = [path, { ...of, type: `${form}; charset=utf-7` }]
    cases[`${name}: JSON`] = [path, { ...of, type: 'application/json', body: '{"a":' }]
    cases[`${name}: encoded`] = [path, { ...of, headers: { 'content-encoding': 'gzip' } }]
    for (const dpop of ['x', jwt, 'a.b.c', '"', 'x'.repeat(6000)])
      cases[`${name}: DPoP ${dpop.slice(0, 20)}`] = [path, { ...of, headers: { dpop } }]
    cases[`${name}: two of DPoP`] = [path, { ...of, headers: { dpop: [jwt, jwt] } }]
  }
  await refusesAll(cases)
})
