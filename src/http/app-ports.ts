import type { Request, RequestHandler, Response } from 'express'
import type { Store } from 'express-session'
import { html, type Safe } from '../../views/html.ts'
import type { Branding } from '../../views/layout.ts'
import type { OpenGate } from '../apps/gate/open-gate.ts'
import type { OpenApps } from '../apps/open-apps.ts'
import type { LibraryPages } from '../apps/pages.ts'
import type { Audit } from '../audit/event.ts'
import type { Dispatch } from '../aws/dispatch.ts'
import type { KnowsCaller } from '../aws/large-bodies.ts'
import type { WireAnswer, WireRequest } from '../aws/wire.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { ActionReference } from '../policy/index.ts'
import type { TokenIssuer } from '../sessions/token-issuer.ts'
import type { ConsoleFederation } from '../sign-in/console.ts'
import type { ConsoleForms } from '../sign-in/console-forms.ts'
import type { OpenSessions } from '../sign-in/open-sessions.ts'
import type { OwnKeys } from '../sign-in/own-keys.ts'
import type { OwnSessions } from '../sign-in/own-sessions.ts'
import type { Portal } from '../sign-in/portal.ts'
import type { RedirectSignIn } from '../sign-in/redirect/redirect-sign-in.ts'
import type { SamlSignIn } from '../sign-in/saml/saml-sign-in.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import type { Origin } from '../sign-in/sign-in-event.ts'
import type { TerminalTouches } from '../sign-in/terminal-touches.ts'
import type { UpstreamConsole } from '../sign-in/upstream-console.ts'
import type { TouchForCode } from '../sign-in/user/touch-for-code.ts'
import type { UserSignIn } from '../sign-in/user/user-sign-in.ts'
import type { UpstreamTokens } from '../upstream/tokens.ts'
import type { CertificateHeaders } from './client-certificate.ts'
import { originOfRequest } from './forwarded.ts'
import type { Visitor } from './visitor.ts'

export interface AppPorts {
  readonly publicUrl: URL
  readonly branding: Branding
  /** Addresses or networks whose X-Forwarded-* headers are trusted; none by default. */
  readonly trustedProxies?: readonly string[] | undefined
  /** Headers of trusted proxies that tell of a client's certificate; none by default. */
  readonly clientCertificate?: CertificateHeaders | undefined
  /** Origins whose pages may call AssumeRoleWithWebIdentity; none by default. */
  readonly webIdentityOrigins?: readonly string[] | undefined
  /** The region in the credentials that the portal shows. */
  readonly region: string
  readonly signIn: SignIn
  readonly userSignIn: UserSignIn
  /** The security keys of people of connectors. */
  readonly ownKeys: OwnKeys
  /** Touches of those keys that terminals ask for. */
  readonly terminalTouches: TerminalTouches
  /** What lives of each person: sign-ins, consoles, credentials. */
  readonly ownSessions: OwnSessions
  /** For programs that ask a user for a security key. */
  readonly touchForCode: TouchForCode
  readonly consoleFederation: ConsoleFederation
  readonly forms: ConsoleForms
  readonly openSessions: Pick<OpenSessions, 'seen'>
  readonly upstreamConsole: UpstreamConsole
  readonly redirectSignIn: RedirectSignIn
  readonly saml: SamlSignIn
  readonly portal: Portal
  /** For verifiers of our own tokens. */
  readonly tokenIssuer: Pick<TokenIssuer, 'discovery' | 'keys'>
  /** For accounts whose STS trusts our tokens. */
  readonly upstreamTokens: Pick<UpstreamTokens, 'discovery' | 'keys'>
  /** The largest body of an API call. */
  readonly bodyBytes: number
  /** Whether a caller may send the larger bodies of a few operations. Absent: none may. */
  readonly knowsCaller?: KnowsCaller | undefined
  readonly dispatch: (request: WireRequest) => Promise<WireAnswer>
  /** Answers services that ask; absent: there is no such address. */
  readonly dispatchJson?: Dispatch['dispatchJson'] | undefined
  /** Dispatches calls for the console's pages as the session, with all steps of an API call. */
  readonly dispatchAs: Dispatch['dispatchAs']
  /** The services that policies of an account may name: AWS's, Gatehouse's, the account's own. */
  readonly policyReference: (account: string) => Promise<ActionReference>
  /** Returns the 12 digits of the account with this alias or id, if it exists. */
  readonly findAccount: (aliasOrId: string) => Promise<string | undefined>
  /** Gatehouse as the OpenID provider of apps. Absent: there is none. */
  readonly apps?: ((pages: LibraryPages) => OpenApps) | undefined
  /** Forward authentication. Absent: there is none. */
  readonly gate?: OpenGate | undefined
  readonly audit: Pick<Audit, 'refuses'>
  readonly sessionStore: Store
  readonly sessionSecrets: readonly string[]
  readonly clock: Clock
  readonly ids: Ids
  /** The operator's log. Must never contain a secret. */
  readonly log: Log
}

/**
 * The ports of page routes; each takes a `Pick` of what it uses. Before a route runs, forms are
 * parsed and checked for request forgery.
 */
export interface PagePorts extends Omit<AppPorts, 'apps'> {
  readonly apps: OpenApps | undefined
  readonly protect: RequestHandler
  readonly csrfToken: (req: Request) => string
  readonly visitor: Visitor
}

/**
 * Sends a page that no cache may store, because it is about a person or a moment. An answer to a
 * form is marked, so that the page's script can put an address into the history that asks nothing
 * when the person comes back.
 */
export function sendPage(res: Response, page: Safe, status = 200): void {
  const { text } = html`${page}`
  const sent = res.req.method === 'POST' ? text.replace('<body', '<body data-posted') : text
  res.status(status).set('Cache-Control', 'no-store').type('html').send(sent)
}

export type OriginPorts = Pick<AppPorts, 'ids' | 'region'>

/**
 * Reads the origin from the connection, not from `req.secure`, which the browser session sets if
 * the public address is https.
 */
export function originOf(req: Request, { ids, region }: OriginPorts): Origin {
  const { sourceAddress, secure } = originOfRequest(req, req.app.get('trust proxy fn'))
  return {
    sourceAddress,
    secure,
    region,
    userAgent: (req.get('user-agent') ?? '').slice(0, 256),
    requestId: ids.uuid(),
  }
}
