import * as client from 'openid-client'
import { Browser, type Shown } from '../http/browser.ts'
import { openNodes, type RunningHere, type RunningNodes } from '../journeys/running.ts'

export const account = '111122223333'
export const secret = 'a secret of at least thirty-two characters'
export const back = 'https://wiki.corp.test/callback'

// `right horse`
export const passwordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$' +
  'Q6cNTpziY+Rn97YyW6sjCg$2ChVgLPh2nk2l5NTRPtnKRlA2FBQ1Y4O8BGEazIgy/s'

const people = (name: string, groups: string) =>
  `      - { username: ${name}, passwordHash: "${passwordHash}", displayName: ${name} of Corp, ` +
  `attributes: { mail: ${name}@corp.test }, groups: [${groups}] }`

/** Four apps: the company's own, with and without a secret, a stranger's, and a desktop program. */
export const appSettings = `
accounts: { "${account}": {} }
connectors:
  corp:
    type: file
    label: Corp
    accounts: ["${account}"]
    leastRefusalMs: 0
    people:
${people('alice', 'staff, wiki-admins, payroll')}
${people('bob', 'visitors')}
${people('carol', 'staff')}
apps:
  wiki:
    label: Wiki
    secret: ${secret}
    redirectUris: [${back}]
    postLogoutRedirectUris: [https://wiki.corp.test/bye]
    when: '"staff" in identity.groups'
    groups: 'identity.groups.filter(g, g.startsWith("wiki-"))'
    claims:
      email: identity.attributes.mail[0]
      admin: '"wiki-admins" in identity.groups'
    refreshTokens: true
  board:
    label: Board
    redirectUris: [https://board.corp.test/callback]
    subject: pairwise
    signing: ES256
    refreshTokens: true
  stranger:
    label: Stranger
    secret: ${secret}
    authentication: client_secret_post
    redirectUris: [https://stranger.test/callback]
    thirdParty: true
    claims: { email: 'identity.attributes.mail[0]' }
  desk:
    label: Desk
    type: native
    redirectUris: ["http://127.0.0.1/back", "com.corp.desk:/back"]
`

export interface Scene extends RunningHere {
  /** An app that uses openid-client, as apps do. */
  app(id: string, authentication?: client.ClientAuth): Promise<client.Configuration>
}

/** `nodes`: as many as `openNodes` is told; absent: one. */
export async function openScene(
  settings = appSettings,
  nodes?: Parameters<typeof openNodes>[1],
): Promise<Scene & RunningNodes> {
  const at = await openNodes(settings, nodes)
  return {
    ...at,
    app: (id, authentication = client.ClientSecretBasic(secret)) =>
      client.discovery(new URL(at.origin), id, {}, authentication, {
        execute: [client.allowInsecureRequests],
      }),
    [Symbol.asyncDispose]: () => at[Symbol.asyncDispose](),
  }
}

/** One request of an app, with what the app keeps for the answer. */
export interface Attempt {
  readonly config: client.Configuration
  readonly url: URL
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

export async function begin(
  config: client.Configuration,
  parameters: Record<string, string> = {},
): Promise<Attempt> {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: back,
    scope: 'openid profile',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...parameters,
  })
  return { config, url, verifier, state, nonce }
}

/** Follows redirects and our pages that go on, until an app's address or a page for a person. */
export async function travel(browser: Browser, from: string | URL): Promise<string | Shown> {
  let next = String(from)
  for (let steps = 0; steps < 20; steps++) {
    const url = new URL(next, browser.origin)
    if (url.origin !== browser.origin) return url.href
    const shown = await browser.get(url.pathname + url.search)
    const to = onward(shown)
    if (to === undefined) return shown
    next = to
  }
  throw new Error(`too many redirects: ${next}`)
}

/** Where an answer leads by itself. */
export function onward(shown: Shown): string | undefined {
  if (shown.location !== null) return shown.location
  const to = /http-equiv="refresh" content="0;url=([^"]*)"/.exec(shown.text)?.[1]
  return to?.replaceAll('&amp;', '&').replaceAll('&#39;', "'")
}

/** Types name and password into the page that was reached, and travels on. */
export async function signInOn(
  browser: Browser,
  page: string | Shown,
  username: string,
): Promise<string | Shown> {
  if (typeof page === 'string') throw new Error(`no page, but ${page}`)
  const shown = await browser.post('/signin', {
    _csrf: page.csrf,
    connector: 'corp',
    username,
    password: 'right horse',
    next: page.hidden('next'),
  })
  const to = onward(shown)
  return to === undefined ? shown : travel(browser, to)
}

/** A person goes from an app through sign-in back to the app, which redeems the code. */
export async function enter(
  at: Scene,
  attempt: Attempt,
  username: string,
  browser = new Browser(at.origin),
) {
  const page = await travel(browser, attempt.url)
  const to = typeof page === 'string' ? page : await signInOn(browser, page, username)
  if (typeof to !== 'string') throw new Error(`a page instead of the app: ${to.title}\n${to.text}`)
  return { browser, to, tokens: await redeem(attempt, to) }
}

export function redeem({ config, verifier, state, nonce }: Attempt, to: string) {
  return client.authorizationCodeGrant(config, new URL(to), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  })
}
