import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as client from 'openid-client'
import { Browser } from '../http/browser.ts'
import {
  ask,
  asSession,
  exchange,
  exchangeSettings,
  forRole,
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
const settings = `${exchangeSettings}\ngate: ${JSON.stringify(gate)}`
const confidential = ['wiki', 'board', 'plain'] as const
const terminal = 'gatehouse-terminal'

interface Artefact {
  readonly kind: 'access' | 'refresh' | 'id' | 'code' | 'subject'
  readonly owner: string
  /** Of the person; a subject has none. */
  readonly connector: 'corp' | 'partner' | ''
  readonly token: string
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
  return all
}

const bearer = async (at: Scene, path: string, token: string) => {
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(at.origin + path, { headers })).status === 200
}
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

test('no token is good for another client, connector, kind or use, whole or changed', async () => {
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
    const { token, kind, owner } = artefact
    const at_ = (changed ?? 0) % token.length
    const other = token[at_] === 'A' ? 'B' : 'A'
    const sent = changed === null ? token : token.slice(0, at_) + other + token.slice(at_ + 1)
    const expected = changed === null && good(artefact, by)
    assert.equal(await work(at, sent, by), expected, `${kind} of ${owner}: ${use} by ${by}`)
  })
  await fc.assert(isGoodAsItShould, { numRuns: 150, endOnFailure: true })

  for (const { kind, owner, token } of all.filter((one) => isAccess(one) && one.owner !== terminal))
    for (const by of confidential.filter((id) => id !== owner)) {
      await ask(at, { token }, by, 'revoke')
      const { told } = await ask(at, { token }, owner, 'introspect')
      assert.equal(told.active, true, `${kind} of ${owner}, which ${by} would end`)
    }
  for (const { owner, token } of all.filter(({ kind }) => kind === 'refresh')) {
    const refresh = { grant_type: 'refresh_token', refresh_token: token }
    for (const by of confidential.filter((id) => id !== owner))
      assert.equal((await ask(at, refresh, by)).status, 400, by)
  }
})
