import { hash, randomBytes } from 'node:crypto'
import { oidc } from '../../../src/connectors/oidc/connector.ts'
import { oidcSettings } from '../../../src/connectors/oidc/settings.ts'
import type { RedirectProof, RedirectUpstream } from '../../../src/connectors/redirect-upstream.ts'
import type { Identity } from '../../../src/kernel/identity.ts'
import { SignInFault } from '../../../src/kernel/sign-in-fault.ts'
import type { OutboundAnswer, OutboundMessage } from '../../../src/outbound/outbound.ts'
import { OutboundFault } from '../../../src/outbound/outbound-fault.ts'
import { type Clock, standingClock } from '../../http/standing-clock.ts'
import { keys, type SigningKey, token } from '../../web-identity/issuer.ts'

export const issuer = 'https://op.example'
export const clientId = 'gatehouse'

/** What one sign-in meets at a provider of the test's own. Every member may lie. */
export interface Answers {
  readonly claims?: (honest: Record<string, unknown>) => Record<string, unknown>
  readonly header?: object
  readonly key?: SigningKey
  /** In place of the signed ID token. */
  readonly idToken?: (honest: string, claims: Record<string, unknown>) => string
  readonly tokenAnswer?: (honest: Record<string, unknown>) => object
  readonly tokenStatus?: number
  readonly userInfo?: object
  /** What Microsoft Graph answers. */
  readonly graph?: object
  /** Parameters of the address that the browser comes back to. */
  readonly callback?: (honest: Record<string, string>) => Record<string, string>
}

export interface Asked {
  readonly url: string
  readonly method: string
  readonly body: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
}

export interface Stage {
  readonly clock: Clock
  readonly upstream: RedirectUpstream
  /** What Gatehouse asked, in order. */
  readonly asked: Asked[]
  readonly logged: string[]
  /** Members of the discovery document. */
  metadata: Record<string, unknown>
  published: readonly object[]
  /** Fails every request from then on. */
  away: boolean
  /** What `cache-control` says. */
  cacheControl: string
  begin(): Promise<{ readonly request: URL; readonly memo: string }>
  signIn(answers?: Answers): Promise<RedirectProof>
  /** Checks somebody who is signed in; `kept` is what the sign-in has for it, and gets. */
  recheck(identity: Identity, kept: KeptSecrets, answers?: Answers): Promise<Identity>
}

/** The refresh tokens of a sign-in, the latest last. */
export type KeptSecrets = string[]

interface Honest {
  readonly clock: Clock
  readonly metadata: Record<string, unknown>
  readonly nonce: string
  readonly answers: Answers
}

function tokenAnswer({ clock, metadata, nonce, answers }: Honest) {
  const accessToken = randomBytes(16).toString('base64url')
  const now = Math.floor(clock.now().getTime() / 1000)
  const honest = {
    iss: metadata.issuer,
    sub: 'alice',
    aud: clientId,
    iat: now,
    exp: now + 300,
    nonce,
    at_hash: hash('sha256', accessToken, 'buffer').subarray(0, 16).toString('base64url'),
  }
  const claims = answers.claims?.(honest) ?? honest
  const signed = token(claims, answers.key ?? keys.RS256, answers.header)
  const answer = {
    access_token: accessToken,
    token_type: 'Bearer',
    id_token: answers.idToken?.(signed, claims) ?? signed,
  }
  return answers.tokenAnswer?.(answer) ?? answer
}

function metadataOf(at: string): Record<string, unknown> {
  return {
    issuer: at,
    authorization_endpoint: 'https://op.example/authorize',
    token_endpoint: 'https://op.example/token',
    userinfo_endpoint: 'https://op.example/userinfo',
    jwks_uri: 'https://op.example/keys',
    authorization_response_iss_parameter_supported: true,
    id_token_signing_alg_values_supported: ['RS256', 'ES256', 'HS256'],
  }
}

/** A connector whose provider is behind a faked outbound port. */
export async function openStage(more: object = {}, at = issuer): Promise<Stage> {
  const clock = standingClock()
  const asked: Asked[] = []
  const logged: string[] = []
  let answers: Answers = {}
  let nonce = ''
  const known: Pick<Stage, 'metadata' | 'published' | 'away' | 'cacheControl'> = {
    metadata: metadataOf(at),
    published: [keys.RS256.jwk, keys.ES256.jwk],
    away: false,
    cacheControl: 'max-age=600',
  }
  const answer = (url: string): OutboundAnswer => {
    const { metadata } = known
    const json = (value: unknown, status = 200): OutboundAnswer => ({
      status,
      headers: { 'content-type': 'application/json', 'cache-control': known.cacheControl },
      body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    })
    if (url.endsWith('/.well-known/openid-configuration')) return json(metadata)
    if (url === metadata.jwks_uri) return json({ keys: known.published })
    if (url === metadata.userinfo_endpoint) return json(answers.userInfo ?? { sub: 'alice' })
    if (url.startsWith('https://graph.microsoft.com/')) return json(answers.graph ?? {})
    return url === metadata.token_endpoint
      ? json(tokenAnswer({ clock, metadata, nonce, answers }), answers.tokenStatus)
      : json({}, 404)
  }
  const send = async (url: string, message: Partial<OutboundMessage> = {}) => {
    const { method = 'GET', body = '', headers = {} } = message
    asked.push({ url, method, body: new URLSearchParams(body), headers })
    if (known.away) throw new OutboundFault('timeout', 'op.example: no whole answer within 5000 ms')
    return answer(url)
  }
  const upstream = await oidc.open('corp', settingsOf({ issuer: at, ...more }), {
    clock,
    log: (event, detail) => void logged.push(`${event} ${JSON.stringify(detail)}`),
    publicUrl: new URL('https://sso.example'),
    outbound: { get: send, send },
  })
  const begin = async () => {
    const { send: sent, memo } = await upstream.begin('_state.1', AbortSignal.timeout(60_000))
    if (sent.by !== 'redirect') throw new Error('not a redirect')
    return { request: new URL(sent.url), memo: memo! }
  }
  const signIn = async (wanted: Answers = {}) => {
    answers = wanted
    const { memo } = await begin()
    nonce = JSON.parse(memo).nonce
    const honest = { code: 'the-code', state: '_state.1', iss: String(known.metadata.issuer) }
    const parameters = new Map(Object.entries(wanted.callback?.(honest) ?? honest))
    const signal = AbortSignal.timeout(60_000)
    return upstream.prove({ by: 'query', parameters }, { recall: recalling(memo), signal })
  }
  const recheck = (identity: Identity, kept: KeptSecrets, wanted: Answers = {}) => {
    answers = wanted
    return upstream.recheck!.check(identity, {
      secret: kept.at(-1),
      keep: async (secret) => void kept.push(secret),
      signal: AbortSignal.timeout(60_000),
    })
  }
  return Object.assign(known, { clock, asked, logged, upstream, begin, signIn, recheck })
}

function settingsOf(more: object) {
  return oidcSettings.parse({
    label: 'Corp',
    accounts: ['111122223333'],
    clientId,
    clientSecret: 'secret',
    ...more,
  })
}

function recalling(memo: string) {
  return async (id: string) => {
    if (id !== '_state.1') throw new SignInFault('attempt-ended', 'no such attempt')
    return { memo }
  }
}
