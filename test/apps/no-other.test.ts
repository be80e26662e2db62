import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { Browser } from '../http/browser.ts'
import {
  account,
  ask,
  asSession,
  exchange,
  exchangeSettings,
  forRole,
  otherAccount,
  role,
  sessionOf,
  signedCall,
  signIn,
} from './exchange-scene.ts'
import { begin, onward, openScene, redeem, type Scene, travel } from './scene.ts'

const gate = {
  proxies: ['loopback'],
  sites: { site: { label: 'Site', hosts: ['site.localhost'] } },
}
const apis = {
  orders: { label: 'Orders', scopes: ['read'] },
  mail: { label: 'Mail', scopes: ['read'] },
}
type Api = keyof typeof apis
const address = (api: Api) => `https://${api}.corp.test`
const told = (api: Api) => JSON.stringify(apis[api])
/** Each app has an API of its own, and `board` takes roles of two accounts. */
const more = {
  wiki: { clientCredentials: true, resources: { [address('orders')]: ['read'] } },
  board: {
    clientCredentials: true,
    resources: { [address('mail')]: ['read'] },
    exchange: {
      roles: [role('D*'), role('Ci-build', otherAccount)],
      sessions: [role('Ci-build', otherAccount)],
    },
  },
}
const settings = [
  ...exchangeSettings.split('\n').map((line) => {
    if (!line.startsWith('apps: ')) return line
    const apps = JSON.parse(line.slice('apps: '.length))
    for (const [id, of] of Object.entries(more)) Object.assign(apps[id], of)
    return `apps: ${JSON.stringify(apps)}`
  }),
  `gate: ${JSON.stringify(gate)}`,
  `resources: { ${address('orders')}: ${told('orders')}, ${address('mail')}: ${told('mail')} }`,
].join('\n')
const confidential = ['wiki', 'board', 'plain'] as const
const terminal = 'gatehouse-terminal'

interface Artefact {
  readonly kind: 'access' | 'refresh' | 'id' | 'code' | 'subject' | 'api' | 'call'
  readonly owner: string
  /** Of the person; a subject has none. */
  readonly connector: 'corp' | 'partner' | ''
  /** Of a token for an API. */
  readonly api?: Api
  /** Of the session behind a signed call. */
  readonly account?: string
  /** A signed call serves once, and is made anew. */
  readonly token: string | (() => Promise<string>)
}

async function terminalToken(at: Scene): Promise<string> {
  const browser = new Browser(at.origin)
  await browser.signIn('alice', 'right horse', { connector: 'corp' })
  const attempt = await begin(await at.app(terminal, client.None()), {
    redirect_uri: 'http://127.0.0.1:49152/signed-in',
  })
  const asked = await travel(browser, attempt.url)
  if (typeof asked === 'string') throw new Error('nobody was asked')
  const path = /action="([^"]*)"/.exec(asked.text)![1]!
  const yes = await browser.post(path, { _csrf: asked.csrf, decision: 'allowed' })
  return (await redeem(attempt, String(await travel(browser, onward(yes)!)))).access_token
}

/** Tokens for APIs: of a person by their app, and of an app for itself. */
async function apiTokens(at: Scene): Promise<readonly Artefact[]> {
  const all: Artefact[] = []
  for (const [owner, api] of [
    ['wiki', 'orders'],
    ['board', 'mail'],
  ] as const) {
    const resource = address(api)
    const browser = new Browser(at.origin)
    await browser.signIn('alice', 'right horse', { connector: 'corp' })
    const redirect_uri = `https://${owner}.corp.test/callback`
    const asked = { redirect_uri, scope: 'openid read', resource }
    const attempt = await begin(await at.app(owner), asked)
    const to = new URL(String(await travel(browser, attempt.url)))
    const { access_token: token } = await client.authorizationCodeGrant(
      attempt.config,
      to,
      {
        pkceCodeVerifier: attempt.verifier,
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
      },
      { resource },
    )
    all.push({ kind: 'api', owner, connector: 'corp', api, token })
    const own = await ask(at, { grant_type: 'client_credentials', scope: 'read' }, owner)
    all.push({ kind: 'api', owner, connector: '', api, token: own.told.access_token })
  }
  return all
}

/** Calls that sessions of two accounts sign, for each app. */
async function signedCalls(at: Scene): Promise<readonly Artefact[]> {
  const all: Artefact[] = []
  for (const place of [account, otherAccount]) {
    const session = await sessionOf(at, role('Ci-build', place))
    for (const owner of confidential) {
      const token = () => signedCall(at, session, { audience: owner })
      all.push({ kind: 'call', owner, connector: '', account: place, token })
    }
  }
  return all
}

/** What people and a session of a role gave to each client, by each connector. */
async function artefacts(at: Scene): Promise<readonly Artefact[]> {
  const all: Artefact[] = []
  for (const connector of ['corp', 'partner'] as const)
    for (const owner of confidential) {
      const { tokens, to } = await signIn(at, { id: owner, connector })
      const of = { owner, connector }
      all.push({ ...of, kind: 'access', token: tokens.access_token })
      all.push({ ...of, kind: 'id', token: tokens.id_token! })
      all.push({ ...of, kind: 'code', token: new URL(to).searchParams.get('code')! })
      if (tokens.refresh_token) all.push({ ...of, kind: 'refresh', token: tokens.refresh_token })
    }
  const call = await signedCall(at, await sessionOf(at, role('Ci-build')))
  const { told } = await exchange(at, asSession(call))
  all.push({ kind: 'subject', owner: 'wiki', connector: '', token: told.access_token })
  const token = await terminalToken(at)
  all.push({ kind: 'access', owner: terminal, connector: 'corp', token })
  return [...all, ...(await apiTokens(at)), ...(await signedCalls(at))]
}

const bearer = async (at: Scene, path: string, token: string) => {
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(at.origin + path, { headers })).status === 200
}
/** As an API that takes no more than what it has to (RFC 9068, section 4). */
const atApi = async (at: Scene, token: string, api: Api) => {
  published ??= (await (await fetch(`${at.origin}/oauth2/jwks`)).json()) as JSONWebKeySet
  const asked = { issuer: at.origin, audience: address(api), typ: 'at+jwt' }
  const currentDate = at.clock.now()
  const read = jwtVerify(token, createLocalJWKSet(published), { ...asked, currentDate })
  return read.then(
    () => true,
    () => false,
  )
}
let published: JSONWebKeySet | undefined
/** The account whose sessions an app takes. */
const takenBy = { wiki: account, board: otherAccount, plain: undefined }
const isAccess = ({ kind }: Artefact) => kind === 'access' || kind === 'subject'

type Use = readonly [
  good: (artefact: Artefact, by: string) => boolean,
  work: (at: Scene, token: string, by: string) => Promise<boolean>,
]
const uses: Readonly<Record<string, Use>> = {
  userinfo: [isAccess, (at, token) => bearer(at, '/oauth2/userinfo', token)],
  introspection: [
    (artefact, by) => artefact.owner === by && (isAccess(artefact) || artefact.kind === 'refresh'),
    async (at, token, by) => (await ask(at, { token }, by, 'introspect')).told.active === true,
  ],
  exchange: [
    ({ kind, owner, connector }, by) =>
      kind === 'access' && owner === by && connector === 'corp' && by !== 'plain',
    async (at, token, by) => (await exchange(at, forRole(token), by)).status === 200,
  ],
  'exchange at the other account': [
    ({ kind, owner, connector }, by) =>
      kind === 'access' && owner === by && connector === 'corp' && by === 'board',
    async (at, token, by) => {
      const asked = forRole(token, role('Ci-build', otherAccount))
      return (await exchange(at, asked, by)).status === 200
    },
  ],
  'a session’s token': [
    ({ kind, owner, account: of }, by) =>
      kind === 'call' && owner === by && of === takenBy[by as keyof typeof takenBy],
    async (at, token, by) => (await exchange(at, asSession(token), by)).status === 200,
  ],
  'the API orders': [({ api }) => api === 'orders', (at, token) => atApi(at, token, 'orders')],
  'the API mail': [({ api }) => api === 'mail', (at, token) => atApi(at, token, 'mail')],
  terminal: [
    ({ kind, owner }) => kind === 'access' && owner === terminal,
    (at, token) => bearer(at, '/terminal/roles', token),
  ],
  'the gate': [
    () => false,
    async (at, token) => {
      const headers = {
        ...{ 'x-forwarded-host': 'site.localhost', 'x-forwarded-uri': '/' },
        ...{ authorization: `Bearer ${token}`, cookie: `gatehouse-gate=${token}` },
      }
      const answer = await fetch(`${at.origin}/gate/verify`, { headers, redirect: 'manual' })
      return answer.status === 200
    },
  ],
}

test('no token is good for another client, connector, account, audience, kind or use', async () => {
  await using at = await openScene(settings)
  const all = await artefacts(at)
  const attempt = fc.record({
    artefact: fc.constantFrom(...all),
    use: fc.constantFrom(...Object.keys(uses)),
    by: fc.constantFrom(...confidential),
    changed: fc.option(fc.nat(), { freq: 4 }),
  })
  const isGoodAsItShould = fc.asyncProperty(attempt, async ({ artefact, use, by, changed }) => {
    const [good, work] = uses[use]!
    const { kind, owner } = artefact
    const token = typeof artefact.token === 'string' ? artefact.token : await artefact.token()
    // The last letter of a signature has bits that mean nothing.
    const place = (changed ?? 0) % (token.length - 1)
    const other = token[place] === 'A' ? 'B' : 'A'
    const sent = changed === null ? token : token.slice(0, place) + other + token.slice(place + 1)
    const expected = changed === null && good(artefact, by)
    assert.equal(await work(at, sent, by), expected, `${kind} of ${owner}: ${use} by ${by}`)
  })
  await fc.assert(isGoodAsItShould, { numRuns: 200, endOnFailure: true })

  for (const { kind, owner, token } of all.filter((one) => isAccess(one) && one.owner !== terminal))
    for (const by of confidential.filter((id) => id !== owner)) {
      await ask(at, { token: String(token) }, by, 'revoke')
      const { told } = await ask(at, { token: String(token) }, owner, 'introspect')
      assert.equal(told.active, true, `${kind} of ${owner}, which ${by} would end`)
    }
  for (const { owner, token } of all.filter(({ kind }) => kind === 'refresh')) {
    const refresh = { grant_type: 'refresh_token', refresh_token: String(token) }
    for (const by of confidential.filter((id) => id !== owner))
      assert.equal((await ask(at, refresh, by)).status, 400, by)
  }
})
