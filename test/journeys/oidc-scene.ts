import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Browser, type Shown } from '../http/browser.ts'
import {
  type OpenIdProvider,
  startOpenIdProvider,
  type Visitor,
  type Wanted,
} from '../peers/openid-provider.ts'
import { openNodes, type RunningHere } from './running.ts'

export const account = '111122223333'
export const clientId = 'gatehouse'
export const clientSecret = 'a secret of at least thirty-two characters'

export interface OidcScene {
  /** Further lines of the connector, at its depth. */
  readonly more?: string
  /** Members of the client's registration at the provider. */
  readonly client?: object
  readonly provider?: Partial<Wanted>
  /** What the account's entity lists. */
  readonly clientIds?: readonly string[]
  /** So many nodes behind the address, each for the next request. */
  readonly count?: number
}

/** A provider in a process of its own, and a Gatehouse that people sign in to through it. */
export async function openOidcScene(scene: OidcScene = {}) {
  const { more, client, provider, clientIds, count = 1 } = scene
  await using undo = new AsyncDisposableStack()
  const registered = {
    client_id: clientId,
    client_secret: clientSecret,
    // Of a native client any port of loopback is taken: Gatehouse's is not known yet.
    application_type: 'native',
    redirect_uris: ['http://localhost/oidc/corp/callback'],
    token_endpoint_auth_method: 'client_secret_basic',
    ...client,
  }
  const op = undo.use(await startOpenIdProvider({ clients: [registered], ...provider }))
  const lines = more ?? `    clientSecret: ${clientSecret}`
  const settings = oidcSettings(op, lines, clientIds ?? [clientId])
  const at = undo.use(await openNodes(settings, { count }))
  const owned = undo.move()
  return { op, at, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

interface SignInOptions {
  readonly next?: string
  readonly visitor?: Visitor
  readonly connector?: string
}

interface SignedIn {
  readonly browser: Browser
  readonly shown: Shown
  /** Where the provider sent the browser. */
  readonly sent: string
  /** Where Gatehouse sent it. */
  readonly left: string
}

/** Goes to the provider, signs in there (or declines), and comes back. */
export async function signInThere(
  { op, at }: { readonly op: OpenIdProvider; readonly at: RunningHere },
  login: string | undefined,
  { next = '/portal', visitor = op.visitor(), connector = 'corp' }: SignInOptions = {},
): Promise<SignedIn> {
  const browser = new Browser(at.origin)
  const left = await browser.get(`/oidc/${connector}/login?${new URLSearchParams({ next })}`)
  assert.equal(left.status, 303, left.status === 303 ? '' : await refusalIn(at))
  const { url, fields } = await visitor.travel(left.location!, login)
  const { pathname, search } = new URL(url)
  // A cross-site POST brings no cookies.
  let shown = fields
    ? await new Browser(at.origin).post(pathname, fields)
    : await browser.get(pathname + search)
  // The answer goes on by GET, where the browser's cookies come with it.
  while (shown.status === 303 && shown.location?.startsWith('/oidc/'))
    shown = await browser.get(shown.location)
  return { browser, sent: url, left: left.location!, shown }
}

interface Relay extends AsyncDisposable {
  readonly address: string
  /** Where it passes on what is posted to it. */
  to: string
  readonly bodies: URLSearchParams[]
  readonly answers: number[]
}

/** An address that the provider can be told before Gatehouse has one. */
export async function openRelay(): Promise<Relay> {
  const server = createServer(async (req, res) => {
    const body = new URLSearchParams(await text(req))
    relay.bodies.push(body)
    const { status } = await fetch(relay.to, { method: 'POST', body })
    relay.answers.push(status)
    res.writeHead(status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const relay: Relay = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    to: '',
    bodies: [],
    answers: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return relay
}

/** What the operator reads of the last refusal. */
export async function refusalIn(at: RunningHere): Promise<string> {
  const events = await at.events((all) => all.some(({ errorCode }) => errorCode !== undefined))
  return events.at(-1)?.additionalEventData.gatehouse.detail ?? ''
}

const trust = (host: string, condition = '') =>
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow",' +
  `"Principal":{"Federated":"arn:aws:iam::${account}:oidc-provider/${host}"},` +
  `"Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession"]${condition}}}`

const when = (equal: object) => `,"Condition":{"StringEquals":${JSON.stringify(equal)}}`

/** One connector `corp`, roles that trust the provider, and rules by group. */
export function oidcSettings(
  op: OpenIdProvider,
  more: string,
  clientIds: readonly string[],
): string {
  const { host } = op
  const alice = { [`${host}:aud`]: clientId, [`${host}:sub`]: 'alice' }
  const grants = ['Developer', 'OnlyAlice', 'OnlyOthers', 'Untrusting'].map(
    (role) => `{ role: "arn:aws:iam::${account}:role/${role}" }`,
  )
  return `
${op.outbound}
limits: { signInTimeout: 2m }
accounts:
  "${account}":
    alias: acme
    oidcProviders:
      "${op.issuer}": { clientIds: ${JSON.stringify(clientIds)} }
    roles:
      Developer:
        trustPolicy: '${trust(host)}'
      OnlyAlice:
        trustPolicy: '${trust(host, when(alice))}'
      OnlyOthers:
        trustPolicy: '${trust(host, when({ [`${host}:sub`]: 'bob' }))}'
      Untrusting:
        trustPolicy: '${trust('other.corp.test')}'
connectors:
  corp:
    type: oidc
    label: Corp SSO
    accounts: ["${account}"]
    issuer: ${op.issuer}
    clientId: ${clientId}
    usernameClaim: preferred_username
    groupsClaim: groups
    scopes: [openid, profile, email, groups]
    attributes: [email, { claim: [resource_access, my.portal, roles], as: roles }]
${more}
mappings:
  - name: developers
    when: '"devs" in identity.groups'
    grants: [${grants.join(', ')}]
`
}
