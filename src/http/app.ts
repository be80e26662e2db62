import type { RequestListener } from 'node:http'
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express'
import helmet from 'helmet'
import { messagePage } from '../../views/message.ts'
import { type AppPorts, type PagePorts, sendPage } from './app-ports.ts'
import { browserSession } from './browser-session.ts'
import { forgeryProtection, ForgeryFault } from './csrf.ts'
import { RequestFault } from './fields.ts'
import { assetRoutes } from './routes/assets.ts'
import { consoleRoutes } from './routes/console.ts'
import { federationRoutes, tokenRoutes } from './routes/federation.ts'
import { outboundKeyRoutes } from './routes/outbound-keys.ts'
import { portalRoutes } from './routes/portal.ts'
import { samlPostRoutes, samlRoutes } from './routes/saml.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { signOutRoutes } from './routes/sign-out.ts'
import { webIdentityCors, webIdentityPreflight } from './web-identity-cors.ts'
import { wireListener } from './wire-listener.ts'

export type { AppPorts } from './app-ports.ts'

const maxFormBytes = 32 * 1024
const maxFormParameters = 32

/** Everything that listens on the public address. The wire comes first, beneath Express: it needs nothing of it. */
export function buildApp(ports: AppPorts): RequestListener {
  const { publicUrl, sessionStore, sessionSecrets, branding: brand } = ports
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  // Repeated parameters become lists, which `field` refuses; nothing nests.
  app.set('query parser', 'simple')
  app.set('trust proxy', ports.trustedProxies?.length ? [...ports.trustedProxies] : false)

  app.use(assetRoutes())
  app.use(outboundKeyRoutes(ports))

  const form = express.urlencoded({ extended: false, limit: maxFormBytes, parameterLimit: maxFormParameters, inflate: false })
  const pages: PagePorts = { ...ports, ...forgeryProtection(publicUrl) }
  app.use(pageHeaders(publicUrl))
  app.use(samlPostRoutes(pages))
  // Before the session is read: a body that trickles in must not hold an old session in its hand.
  app.use(form)
  app.use(tokenRoutes(pages))
  app.use(browserSession({ publicUrl, store: sessionStore, secrets: sessionSecrets }))
  app.get('/', (_req, res) => res.redirect(303, '/portal'))
  app.use(signInRoutes(pages), samlRoutes(pages), portalRoutes(pages), signOutRoutes(pages), consoleRoutes(pages), federationRoutes(pages))
  app.use((_req: Request, res: Response) => {
    const text = 'The address may be mistyped, or the page has moved.'
    sendPage(res, messagePage({ brand, title: 'There is no page here', text, actions: [{ href: '/portal', text: 'Your roles' }] }), 404)
  })
  app.use(lastResort(ports))
  // Express has compiled the list of proxies: both listeners believe the same ones.
  const { webIdentityOrigins = [] } = ports
  const dispatch = webIdentityCors(webIdentityOrigins, ports.dispatch)
  return webIdentityPreflight(webIdentityOrigins, wireListener({ ...ports, dispatch, trust: app.get('trust proxy fn') }, app))
}

/** Strict: no inline script or style anywhere, no frames, no other origin. */
function pageHeaders(publicUrl: URL): RequestHandler {
  const self = ["'self'"]
  const none = ["'none'"]
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: none, scriptSrc: self, styleSrc: self, imgSrc: self, connectSrc: self, formAction: self, frameAncestors: none, baseUri: none, objectSrc: none,
      },
    },
    strictTransportSecurity: publicUrl.protocol === 'https:' && { maxAge: 63_072_000, includeSubDomains: false },
    // Not `no-referrer`: browsers would send `Origin: null` with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  })
}

/** What no route made a page of. The person gets a reference, the log the cause. */
function lastResort({ branding: brand, ids, log }: AppPorts) {
  return (error: unknown, req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) return next(error)
    if (error instanceof ForgeryFault) return sendPage(res, stalePage(brand, req), 403)
    const status = clientStatus(error)
    const reference = ids.reference()
    if (status === undefined) log('page-failed', { reference, path: req.path, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    const title = status === undefined ? 'Something went wrong here' : 'This request does not look right'
    const text = status === undefined ? 'It is not your doing. Try again, and give the reference to your help desk if it stays.' : 'Go back, and start again from the first page.'
    sendPage(res, messagePage({ brand, title, text, ...(status === undefined && { reference }), actions: [{ href: '/portal', text: 'Start again' }] }), status ?? 500)
  }
}

function stalePage(brand: AppPorts['branding'], req: Request) {
  const signingIn = req.path.startsWith('/signin')
  return messagePage({
    brand,
    title: signingIn ? 'This sign-in has ended' : 'This page was open for too long',
    text: signingIn ? 'Start again. A sign-in page can be used once, and not after a long time.' : 'Nothing was changed. Open it again and repeat what you did.',
    actions: [{ href: signingIn ? '/signin' : '/portal', text: 'Start again' }],
  })
}

/** Errors that express and its parsers blame on the request. */
function clientStatus(error: unknown): number | undefined {
  if (error instanceof RequestFault) return error.status
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined
}
