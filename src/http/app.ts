import type { RequestListener } from 'node:http'
import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import helmet from 'helmet'
import { messagePage } from '../../views/message.ts'
import { StoreFault } from '../store/store-fault.ts'
import { type AppPorts, type PagePorts, sendPage } from './app-ports.ts'
import { browserSession } from './browser-session.ts'
import { ForgeryFault, forgeryProtection } from './csrf.ts'
import { endedSessions } from './ended-sessions.ts'
import { RequestFault } from './fields.ts'
import { gateListener } from './gate-listener.ts'
import {
  appBrowserRoutes,
  appCallRoutes,
  appContinueRoutes,
  appDeviceRoutes,
} from './routes/apps.ts'
import { assetRoutes } from './routes/assets.ts'
import { backChannelLogoutRoutes } from './routes/back-channel-logout.ts'
import { consoleRoutes } from './routes/console.ts'
import { federationRoutes, tokenRoutes } from './routes/federation.ts'
import { gateHostRoutes, gateKeyRoutes, gateRoutes } from './routes/gate.ts'
import { goRoutes } from './routes/go.ts'
import { libraryPages } from './routes/library-pages.ts'
import { myRoutes } from './routes/my/routes.ts'
import { policyEditorRoutes } from './routes/policy-editor.ts'
import { portalRoutes } from './routes/portal.ts'
import { answerRoutes, redirectRoutes } from './routes/redirect-sign-in.ts'
import { rootSignInRoutes } from './routes/root-sign-in.ts'
import { samlPostRoutes, samlRoutes } from './routes/saml.ts'
import { securityKeyTouchRoutes } from './routes/security-key-touch.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { signOutRoutes } from './routes/sign-out.ts'
import { terminalRoutes } from './routes/terminal.ts'
import { tokenIssuerKeyRoutes } from './routes/token-issuer-keys.ts'
import { userKeySignInRoutes } from './routes/user-key-sign-in.ts'
import { userSignInRoutes } from './routes/user-sign-in.ts'
import { buildVisitor } from './visitor.ts'
import { webIdentityCors, webIdentityPreflight } from './web-identity-cors.ts'
import { wireListener } from './wire-listener.ts'

export type { AppPorts } from './app-ports.ts'

const maxFormBytes = 32 * 1024
const maxFormParameters = 32
/** Pages of the console hold documents, and selections of what a list shows. */
const maxConsoleFormBytes = 512 * 1024
const maxConsoleFormParameters = 1000
const retryAfterSeconds = '2'

/** Builds the handler of the public address. API calls are answered first, without Express. */
export function buildApp(ports: AppPorts): RequestListener {
  const { publicUrl, sessionStore, sessionSecrets, branding: brand } = ports
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  // Repeated parameters become lists, which `field` refuses; no nested objects.
  app.set('query parser', 'simple')
  app.set('trust proxy', ports.trustedProxies?.length ? [...ports.trustedProxies] : false)

  app.use(assetRoutes())
  app.use(tokenIssuerKeyRoutes(ports))
  const { gate } = ports
  if (gate) app.use(gateKeyRoutes({ gate }), gateHostRoutes({ ...ports, gate }))

  const form = formParser(maxFormBytes, maxFormParameters)
  const visitor = buildVisitor(ports)
  const apps = ports.apps?.(libraryPages(brand))
  const pages: PagePorts = { ...ports, ...forgeryProtection(publicUrl, visitor), visitor, apps }
  const session = browserSession({ publicUrl, store: sessionStore, secrets: sessionSecrets })
  app.use(pageHeaders(publicUrl))
  if (apps) {
    const ofApps = { ...pages, apps }
    app.use(appCallRoutes(ofApps), terminalRoutes(ofApps))
    // The provider reads its forms itself.
    app.use('/oauth2', session, endedSessions(pages))
    app.use(appBrowserRoutes(ofApps), appDeviceRoutes(ofApps))
  }
  app.use(answerRoutes(pages), samlPostRoutes(pages), backChannelLogoutRoutes(pages))
  // Parse the form before reading the session: a slow body must not hold an old session.
  app.use('/console', formParser(maxConsoleFormBytes, maxConsoleFormParameters))
  app.use(form)
  app.use(tokenRoutes(pages))
  app.use(session)
  app.use(endedSessions(pages))
  if (apps) app.use(appContinueRoutes({ ...pages, apps }))
  if (gate) app.use(gateRoutes({ ...pages, gate }))
  app.get('/', (_req, res) => res.redirect(303, '/portal'))
  app.use(
    userSignInRoutes(pages),
    userKeySignInRoutes(pages),
    rootSignInRoutes(pages),
    securityKeyTouchRoutes(pages),
    signInRoutes(pages),
    redirectRoutes(pages),
    samlRoutes(pages),
    myRoutes(pages),
    goRoutes(pages),
    portalRoutes(pages),
    signOutRoutes(pages),
    policyEditorRoutes(pages),
    consoleRoutes(pages),
    federationRoutes(pages),
  )
  app.use((_req: Request, res: Response) => {
    const text = 'The address may be mistyped, or the page has moved.'
    sendPage(
      res,
      messagePage({
        brand,
        title: 'There is no page here',
        text,
        actions: [{ href: '/portal', text: 'Your roles' }],
      }),
      404,
    )
  })
  app.use(lastResort(ports))
  // Use Express's compiled list of proxies, so that both listeners trust the same ones.
  const { webIdentityOrigins = [] } = ports
  const dispatch = webIdentityCors(webIdentityOrigins, ports.dispatch)
  const rest = webIdentityPreflight(
    webIdentityOrigins,
    wireListener({ ...ports, dispatch, trust: app.get('trust proxy fn') }, app),
  )
  return gateListener({ ...ports, gate }, rest)
}

/** Lists of a repeated name are read as such, and no name nests others. */
function formParser(limit: number, parameterLimit: number): RequestHandler {
  return express.urlencoded({ extended: false, limit, parameterLimit, inflate: false })
}

/** Sets a strict policy: no inline script or style, no frames, no other origin. */
function pageHeaders(publicUrl: URL): RequestHandler {
  const self = ["'self'"]
  const none = ["'none'"]
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: none,
        scriptSrc: self,
        styleSrc: self,
        imgSrc: self,
        connectSrc: self,
        formAction: self,
        frameAncestors: none,
        baseUri: none,
        objectSrc: none,
      },
    },
    strictTransportSecurity: publicUrl.protocol === 'https:' && {
      maxAge: 63_072_000,
      includeSubDomains: false,
    },
    // Not `no-referrer`: browsers would send `Origin: null` with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  })
}

/** Answers errors and requests without a route. The person gets a reference, the log the cause. */
function lastResort({ branding: brand, ids, log }: Pick<AppPorts, 'branding' | 'ids' | 'log'>) {
  return (error: unknown, req: Request, res: Response, next: NextFunction) => {
    // A session that could not be saved behind an answer: the next page says so.
    if (res.writableEnded && error instanceof StoreFault) return
    if (res.headersSent) return next(error)
    if (error instanceof ForgeryFault) return sendPage(res, stalePage(brand, req), 403)
    if (error instanceof StoreFault) {
      res.set('Retry-After', retryAfterSeconds)
      return sendPage(res, laterPage(brand, req), 503)
    }
    const status = clientStatus(error)
    const reference = ids.reference()
    if (status === undefined)
      log('page-failed', {
        reference,
        path: req.path,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
    const title =
      status === undefined ? 'Something went wrong here' : 'This request does not look right'
    const text =
      status === undefined
        ? 'It is not your doing. Try again, and give the reference to your help desk if it stays.'
        : 'Go back, and start again from the first page.'
    sendPage(
      res,
      messagePage({
        brand,
        title,
        text,
        ...(status === undefined && { reference }),
        actions: [{ href: '/portal', text: 'Start again' }],
      }),
      status ?? 500,
    )
  }
}

function laterPage(brand: AppPorts['branding'], req: Request) {
  return messagePage({
    brand,
    title: 'This cannot be done right now',
    text: 'Nothing was changed, and it is not your doing. Try again in a moment.',
    glyph: 'clock',
    actions: [{ href: req.path.startsWith('/signin') ? '/signin' : '/portal', text: 'Try again' }],
  })
}

function stalePage(brand: AppPorts['branding'], req: Request) {
  const signingIn = req.path.startsWith('/signin')
  return messagePage({
    brand,
    title: signingIn ? 'This sign-in has ended' : 'This page was open for too long',
    text: signingIn
      ? 'Start again. A sign-in page can be used once, and not after a long time.'
      : 'Nothing was changed. Open it again and repeat what you did.',
    actions: [{ href: signingIn ? '/signin' : '/portal', text: 'Start again' }],
  })
}

/** Returns the status of errors that Express and its parsers attribute to the request. */
function clientStatus(error: unknown): number | undefined {
  if (error instanceof RequestFault) return error.status
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined
}
