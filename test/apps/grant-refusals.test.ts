import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser } from '../http/browser.ts'
import { startHttps } from '../outbound/https-server.ts'
import { issuerListener, keys, token } from '../web-identity/issuer.ts'
import { answerDevice, asPage, typeCode } from './device-scene.ts'
import {
  type Answered,
  ask,
  asSession,
  exchangeGrant,
  exchangeSettings,
  forRole,
  role,
  sessionOf,
  signedCall,
} from './exchange-scene.ts'
import { begin, openScene, type Scene, secret, travel } from './scene.ts'

const orders = 'https://orders.corp.test'
const issuer = 'https://ci.corp.test'
const redirectOf = (id: string) => `https://${id}.corp.test/callback`

/** Every grant of the token endpoint. */
const every = (id: string) => ({
  label: id,
  secret,
  redirectUris: [redirectOf(id)],
  refreshTokens: true,
  device: true,
  clientCredentials: true,
  resources: { [orders]: ['orders:read'] },
  lifetimes: { refreshToken: '5m' },
  exchange: { roles: [role('Developer')], sessions: [role('Ci-*')] },
  // Each app trusts a part of what the issuer says.
  assertions: [{ issuer, algorithms: ['RS256'], subjects: [`repo:${id}`] }],
})
const apps = {
  wiki: every('wiki'),
  board: every('board'),
  job: { label: 'job', secret, clientCredentials: true, resources: { [orders]: ['orders:read'] } },
  plain: { label: 'plain', secret, redirectUris: [redirectOf('plain')] },
}

type Fields = Readonly<Record<string, string>>
let at: Scene
/** The settings, with more of the app `wiki`. */
let withWiki: (more: object) => string
let alice: Browser
let undo: AsyncDisposableStack

const signedIn = async () => {
  const browser = new Browser(at.origin)
  await browser.signIn('alice', 'right horse', { connector: 'corp' })
  return browser
}

before(async () => {
  undo = new AsyncDisposableStack()
  const published = { keys: [keys.RS256], discoveries: 0, fetches: 0 }
  const host = new URL(issuer).host
  const server = undo.use(await startHttps([host], issuerListener(issuer, published)))
  const { caFile } = server.certificates
  const settings = {
    outbound: { resolve: { [host]: server.endpoint }, caFile },
    resources: { [orders]: { label: 'Orders', scopes: ['orders:read', 'orders:write'] } },
  }
  const lines = exchangeSettings.split('\n').filter((line) => !line.startsWith('apps:'))
  withWiki = (more) => {
    const all = { ...settings, apps: { ...apps, wiki: { ...apps.wiki, ...more } } }
    const own = Object.entries(all).map(([name, of]) => `${name}: ${JSON.stringify(of)}`)
    return [...lines, ...own].join('\n')
  }
  at = undo.use(await openScene(withWiki({})))
  alice = await signedIn()
})
after(() => undo.disposeAsync())

async function code(browser: Browser): Promise<Fields> {
  const redirect_uri = redirectOf('wiki')
  const attempt = await begin(await at.app('wiki'), { redirect_uri, scope: 'openid roles' })
  const to = new URL(String(await travel(browser, attempt.url)))
  return {
    grant_type: 'authorization_code',
    code: to.searchParams.get('code')!,
    code_verifier: attempt.verifier,
    redirect_uri,
  }
}

const tokensOf = async (browser: Browser) => (await ask(at, await code(browser))).told

async function deviceCode(browser: Browser): Promise<Fields> {
  const begun = await ask(at, { scope: 'openid' }, 'wiki', 'device_authorization')
  const page = asPage(await travel(browser, '/oauth2/device'))
  await answerDevice(browser, await typeCode(browser, page, begun.told.user_code), 'confirm')
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
  return { grant_type, device_code: begun.told.device_code }
}

let made = 0
function assertion(): Fields {
  const now = Math.floor(at.clock.now().getTime() / 1000)
  const of = { iss: issuer, sub: 'repo:wiki', aud: at.origin }
  const text = token({ ...of, iat: now, exp: now + 60, jti: `id-${made++}` })
  return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: text }
}

/** A request by `wiki` that is served, by its grant. */
const requests = {
  code,
  refresh: async (browser) => ({
    grant_type: 'refresh_token',
    refresh_token: (await tokensOf(browser)).refresh_token,
  }),
  client: async () => ({ grant_type: 'client_credentials', resource: orders }),
  device: deviceCode,
  role: async (browser) => ({
    grant_type: exchangeGrant,
    ...forRole((await tokensOf(browser)).access_token),
  }),
  session: async () => ({
    grant_type: exchangeGrant,
    ...asSession(await signedCall(at, await sessionOf(at, role('Ci-build')))),
  }),
  assertion: async () => assertion(),
} as const satisfies Record<string, (browser: Browser) => Promise<Fields>>
type Grant = keyof typeof requests
const grants = Object.keys(requests) as Grant[]

const sent = async (body: URLSearchParams, authorization?: string): Promise<Answered> => {
  const headers = authorization === undefined ? {} : { authorization }
  const answer = await fetch(`${at.origin}/oauth2/token`, { method: 'POST', headers, body })
  return { status: answer.status, told: await answer.json() }
}
const basic = (id: string, password: string) => `Basic ${btoa(`${id}:${password}`)}`
const right = basic('wiki', encodeURIComponent(secret))

async function signOut(browser: Browser, path: string): Promise<void> {
  const page = await browser.get('/signout')
  await browser.post(path, { _csrf: page.csrf })
}

type Attack = (request: (browser?: Browser) => Promise<Fields>, grant: Grant) => Promise<Answered>

/** Adds to a request that is right, or replaces what it has. */
const changed =
  (more: Fields, drop: readonly string[] = []): Attack =>
  async (request) => {
    const fields = { ...(await request()), ...more }
    for (const name of drop) delete fields[name]
    return ask(at, fields)
  }

/** The settings change after the person agreed, and before what they agreed to is asked for. */
const changedInBetween =
  (more: object): Attack =>
  async (request) => {
    const fields = await request()
    await at.reload(withWiki(more))
    try {
      return await ask(at, fields)
    } finally {
      await at.reload(withWiki({}))
    }
  }

/** How long what a request presents lives, in seconds. */
const lives: Record<Grant, number> = {
  code: 60,
  refresh: 300,
  client: 0,
  // The code lingers to be told of; the library's own clock tells `expired_token` before.
  device: 300 + 120,
  role: 600,
  // As at AWS, whatever X-Amz-Expires says.
  session: 900,
  assertion: 60,
}

const attacks = {
  'an unknown client': async (request) => ask(at, await request(), 'ghost'),
  'a wrong secret': async (request) =>
    sent(new URLSearchParams(await request()), basic('wiki', 'a-guess')),
  'no secret': async (request) =>
    sent(new URLSearchParams({ ...(await request()), client_id: 'wiki' })),
  'two ways of proving itself': async (request) =>
    sent(new URLSearchParams({ ...(await request()), client_secret: secret }), right),
  'what is another client’s': async (request) => ask(at, await request(), 'board'),
  'what was used before': async (request) => {
    const fields = await request()
    assert.equal((await ask(at, fields)).status, 200)
    at.clock.pass(11)
    return ask(at, fields)
  },
  'what has expired': async (request, grant) => {
    const fields = await request()
    at.clock.pass(lives[grant] + 1)
    return ask(at, fields)
  },
  'another redirect address': changed({ redirect_uri: `${redirectOf('wiki')}/` }),
  'no redirect address': changed({}, ['redirect_uri']),
  'another verifier': changed({ code_verifier: 'v'.repeat(43) }),
  'no verifier': changed({}, ['code_verifier']),
  'the challenge as a plain verifier': async () => {
    const redirect_uri = redirectOf('wiki')
    const { url } = await begin(await at.app('wiki'), { redirect_uri })
    const to = new URL(String(await travel(alice, url)))
    const code_verifier = url.searchParams.get('code_challenge')!
    const fields = { code: to.searchParams.get('code')!, redirect_uri, code_verifier }
    const plain = { code_challenge: code_verifier, code_challenge_method: 'plain' }
    return ask(at, { grant_type: 'authorization_code', ...fields, ...plain })
  },
  'an unknown resource': changed({ resource: 'https://nowhere.corp.test' }),
  'a scope that it may not have': changed({ scope: 'openid offline_access orders:write' }),
  'a sign-in that has ended': async (request) => {
    const browser = await signedIn()
    const fields = await request(browser)
    await signOut(browser, '/signout')
    at.clock.pass(1)
    return ask(at, fields)
  },
  'a person who ended everything': async (request) => {
    const fields = await request()
    at.clock.pass(1)
    await signOut(await signedIn(), '/signout/everywhere')
    at.clock.pass(1)
    alice = await signedIn()
    return ask(at, fields)
  },
  'a person whom the rule no longer lets use the app': changedInBetween({
    when: '"others" in identity.groups',
  }),
  'a person for whom the rule now fails': changedInBetween({
    when: 'identity.attributes.level[0] == "9"',
  }),
  'a grant that the settings took away in between': (request, grant) => {
    const none = { refreshTokens: false, clientCredentials: false, exchange: {}, assertions: [] }
    // An app needs some grant.
    const other = grant === 'code' ? { redirectUris: [] } : { device: false }
    return changedInBetween({ ...none, ...other })(request, grant)
  },
  'a grant that the client does not have': async (request, grant) =>
    ask(at, await request(), grant === 'client' ? 'plain' : 'job'),
  // But for `resource`, which may be there twice (RFC 8707, section 2).
  'a parameter twice': async (request) => {
    const fields = Object.entries(await request())
    const answers = []
    for (const twice of fields.filter(([name]) => name !== 'resource'))
      answers.push(await sent(new URLSearchParams([...fields, twice]), right))
    return answers.find(({ status }) => status !== 400) ?? answers[0]!
  },
  'a large body': changed({ state: 'x'.repeat(40_000) }),
} as const satisfies Record<string, Attack>

/** The error of each grant; a reason in brackets where the attack is none against the grant. */
type Row = Readonly<Record<Grant, string>>
const all = (error: string): Row =>
  Object.fromEntries(grants.map((grant) => [grant, error])) as Record<Grant, string>
const ofCode = (error: string): Row => ({ ...all('(only a code has it)'), code: error })
const grantErrors = { ...all('invalid_grant'), role: 'invalid_request', session: 'invalid_request' }
const client = '(presents nothing but the client itself)'

const ofPerson = {
  ...grantErrors,
  client,
  session: '(is about a session, which `exchange.sessions` decides on)',
  assertion: '(is about a subject, which `assertions` decides on)',
}

const refusals: Readonly<Record<keyof typeof attacks, Row>> = {
  'an unknown client': all('invalid_client'),
  'a wrong secret': all('invalid_client'),
  'no secret': all('invalid_client'),
  'two ways of proving itself': all('invalid_request'),
  'what is another client’s': { ...grantErrors, client },
  'what was used before': { ...grantErrors, client, role: '(a token serves until it ends)' },
  'what has expired': { ...grantErrors, client },
  'another redirect address': ofCode('invalid_grant'),
  'no redirect address': ofCode('invalid_request'),
  'another verifier': ofCode('invalid_grant'),
  'no verifier': ofCode('invalid_grant'),
  'the challenge as a plain verifier': ofCode('invalid_grant'),
  'an unknown resource': { ...all('invalid_target'), assertion: '(is for the app alone)' },
  'a scope that it may not have': {
    code: '(the scope was fixed before the code)',
    refresh: 'invalid_scope',
    client: '(left out of the token: test/apps/resources.test.ts)',
    device: '(the scope was fixed before the code)',
    role: 'invalid_request',
    session: 'invalid_scope',
    assertion: 'invalid_scope',
  },
  'a sign-in that has ended': {
    ...grantErrors,
    client,
    session: '(lasts on its own)',
    assertion: '(nobody signed in)',
  },
  'a person who ended everything': { ...grantErrors, client, assertion: '(nobody signed in)' },
  'a person whom the rule no longer lets use the app': ofPerson,
  'a person for whom the rule now fails': ofPerson,
  'a grant that the settings took away in between': all('invalid_request'),
  'a grant that the client does not have': all('invalid_request'),
  'a parameter twice': all('invalid_request'),
  'a large body': all('invalid_request'),
}

for (const grant of grants)
  test(`the grant of the table is served when all is right: ${grant}`, async () => {
    const { status, told } = await ask(at, await requests[grant](alice))
    assert.equal(status, 200, JSON.stringify(told))
  })

const statuses: Readonly<Record<string, number>> = { invalid_client: 401 }

for (const [name, row] of Object.entries(refusals) as [keyof typeof attacks, Row][])
  test(`every grant refuses ${name}, and gives no token`, async () => {
    const attack: Attack = attacks[name]
    for (const [grant, error] of Object.entries(row) as [Grant, string][]) {
      if (error.startsWith('(')) continue
      const { status, told } = await attack((browser = alice) => requests[grant](browser), grant)
      const expected = name === 'a large body' ? 413 : (statuses[error] ?? 400)
      assert.deepEqual([status, told.error], [expected, error], `${grant}: ${JSON.stringify(told)}`)
      const given = [told.access_token, told.refresh_token, told.id_token]
      assert.deepEqual(given, [undefined, undefined, undefined], grant)
    }
  })
