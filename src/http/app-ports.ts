import type { Request, RequestHandler, Response } from 'express'
import type { Store } from 'express-session'
import type { Branding } from '../../views/layout.ts'
import type { KnowsCaller } from '../aws/large-bodies.ts'
import type { WireAnswer, WireRequest } from '../aws/wire.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Layers } from '../policy/index.ts'
import type { Decision, Question } from '../policy/question.ts'
import type { ConsoleFederation } from '../sign-in/console.ts'
import type { SamlBrowser } from '../sign-in/saml/browser.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import type { OutboundFederation } from '../sessions/outbound-federation.ts'
import type { Origin } from '../sign-in/sign-in-event.ts'
import { plainAddress } from '../sessions/request-facts.ts'
import { originOfRequest } from './forwarded.ts'
import { html, type Safe } from '../../views/html.ts'

export interface AppPorts {
  readonly publicUrl: URL
  readonly branding: Branding
  /** Addresses or networks whose X-Forwarded-* count; none by default. */
  readonly trustedProxies?: readonly string[]
  /** Origins whose pages may call AssumeRoleWithWebIdentity; none by default. */
  readonly webIdentityOrigins?: readonly string[]
  /** The region that credentials are shown with. */
  readonly region: string
  readonly signIn: SignIn
  readonly consoleFederation: ConsoleFederation
  readonly saml: SamlBrowser
  /** What verifiers of our own tokens read. */
  readonly outbound: Pick<OutboundFederation, 'discovery' | 'keys'>
  /** The largest body of an API call. */
  readonly bodyBytes: number
  /** Who may send a few operations more. Absent: nobody. */
  readonly knowsCaller?: KnowsCaller
  readonly dispatch: (request: WireRequest) => Promise<WireAnswer>
  readonly decide: (question: Question, layers: Layers) => Decision
  /** The 12 digits of an alias or account id that exists. */
  readonly findAccount: (aliasOrId: string) => Promise<string | undefined>
  readonly sessionStore: Store
  readonly sessionSecrets: readonly string[]
  readonly clock: Clock
  readonly ids: Ids
  /** The operator's log; never a secret. */
  readonly log: (event: string, detail: Readonly<Record<string, unknown>>) => void
}

/** What every page's route gets: the ports, and forgery protection. Forms are parsed before. */
export interface PagePorts extends AppPorts {
  readonly protect: RequestHandler
  readonly csrfToken: (req: Request) => string
}

/** Pages speak of a person or a moment: nothing may keep them. */
export function sendPage(res: Response, page: Safe, status = 200): void {
  res.status(status).set('Cache-Control', 'no-store').type('html').send(html`${page}`.text)
}

/** As the wire tells it: not `req.secure`, which the browser session sets where the public address is https. */
export function originOf(req: Request, { ids, region }: Pick<AppPorts, 'ids' | 'region'>): Origin {
  const { sourceAddress, secure } = originOfRequest(req, req.app.get('trust proxy fn'))
  return { sourceAddress: plainAddress(sourceAddress), secure, region, userAgent: (req.get('user-agent') ?? '').slice(0, 256), requestId: ids.uuid() }
}
