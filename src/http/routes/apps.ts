import { type Request, type RequestHandler, type Response, Router } from 'express'
import { consentPage } from '../../../views/apps/consent.ts'
import { goOnPage } from '../../../views/apps/go-on.ts'
import type { Safe } from '../../../views/html.ts'
import type { Branding } from '../../../views/layout.ts'
import { messagePage } from '../../../views/message.ts'
import { routes } from '../../apps/configuration.ts'
import type { Answer, Step } from '../../apps/continue.ts'
import type { OpenApps } from '../../apps/open-apps.ts'
import { type OriginPorts, originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { endSession, signedIn } from '../browser-session.ts'
import { clientCertificate } from '../client-certificate.ts'
import { clearCookie } from '../cookies.ts'
import { field } from '../fields.ts'
import { onlyByNavigation } from '../only-by-navigation.ts'
import { words } from './words.ts'

type Ports = OriginPorts &
  Pick<
    PagePorts,
    | 'audit'
    | 'clientCertificate'
    | 'branding'
    | 'publicUrl'
    | 'consoleFederation'
    | 'signIn'
    | 'ownKeys'
    | 'protect'
    | 'csrfToken'
  > & { readonly apps: OpenApps }

/** Each is kept a while, and begun by anybody where an app has no secret. */
const keptRequests: Readonly<Record<string, 'person' | 'push'>> = {
  [routes.device_authorization]: 'person',
  [routes.pushed_authorization_request]: 'push',
}
const mostBytes = 32 * 1024
/** What the library reads of a body that does not say its length. */
const mostUntoldBytes = 56 * 1024
const retryAfterSeconds = '60'

/** What apps call themselves, without a browser's session: each is its own proof. */
export function appCallRoutes(ports: Omit<Ports, 'protect' | 'csrfToken' | 'ownKeys'>): Router {
  const { apps } = ports
  const router = Router()
  const ask: RequestHandler = async (req, res, next) => {
    if (!apps.any()) return next()
    const origin = originOf(req, ports)
    if (ports.audit.refuses(false)) return refuseCall(res, 503, 'temporarily_unavailable')
    if (Number(req.get('content-length') ?? 0) > mostBytes)
      return refuseCall(res, 413, 'invalid_request')
    if (!(await apps.mayAsk(origin.sourceAddress, 'app')))
      return refuseCall(res, 429, 'temporarily_unavailable')
    const kept = req.method === 'POST' ? keptRequests[req.path] : undefined
    if (kept && !(await apps.mayAsk(origin.sourceAddress, kept, bytesOf(req))))
      return refuseCall(res, 429, 'temporarily_unavailable')
    const certificate = clientCertificate(
      req,
      ports.clientCertificate,
      req.app.get('trust proxy fn'),
    )
    await apps.answer(req, res, { origin, certificate })
    if (res.statusCode === 401 && req.path !== routes.userinfo)
      await apps.wrongSecret(origin.sourceAddress)
  }
  router.get(['/.well-known/openid-configuration', routes.jwks], ask)
  for (const path of [routes.token, routes.introspection, routes.revocation]) {
    router.post(path, ask)
    router.options(path, ask)
  }
  for (const path of Object.keys(keptRequests)) router.post(path, ask)
  // A page that binds its tokens to a key of its own sends a header that browsers ask about first.
  router.options(routes.pushed_authorization_request, ask)
  const register: RequestHandler = (req, res, next) =>
    apps.mayRegister() ? ask(req, res, next) : next()
  router.post(routes.registration, register)
  const one = `${routes.registration}/:client`
  router.get(one, register)
  router.delete(one, register)
  // What people agreed to stays as it was: an app that changes registers anew.
  router.put(one, (_req, res, next) => {
    if (!apps.mayRegister()) return next()
    res.set('Allow', 'GET, DELETE')
    refuseCall(res, 405, 'invalid_request')
  })
  router.get(routes.userinfo, ask)
  router.post(routes.userinfo, ask)
  router.options(routes.userinfo, ask)
  return router
}

/** What a request can have kept at most: address and body. */
function bytesOf(req: Request): number {
  const told = req.get('transfer-encoding') === undefined ? req.get('content-length') : undefined
  const body = req.method === 'GET' ? 0 : Number(told ?? mostUntoldBytes)
  return req.originalUrl.length + body
}

function refuseCall(res: Response, status: number, error: string): void {
  if (status === 429) res.set('Retry-After', retryAfterSeconds)
  res.status(status).set('Cache-Control', 'no-store').json({ error })
}

/** Where apps send browsers. After the browser session, before any form is parsed. */
export function appBrowserRoutes(ports: Ports): Router {
  const { apps, branding: brand } = ports
  const router = Router()
  const visit: RequestHandler = async (req, res, next) => {
    if (!apps.any()) return next()
    const origin = originOf(req, ports)
    const identity = signedIn(req)
    if (ports.audit.refuses(false)) return busy(brand, res, 503)
    if (!identity && !(await apps.mayAsk(origin.sourceAddress, 'person', bytesOf(req))))
      return busy(brand, res, 429)
    await apps.answer(req, res, { origin, identity, signOut: () => signOut(ports, req, res) })
  }
  router.get(routes.authorization, visit)
  router.post(routes.authorization, visit)
  router.get(`${routes.authorization}/:uid`, visit)
  router.get(routes.end_session, visit)
  router.post(routes.end_session, visit)
  router.post(`${routes.end_session}/confirm`, visit)
  router.get(`${routes.end_session}/success`, visit)
  return router
}

/** `/oauth2/device`: a person who is signed in types the code of a device, and confirms. */
export function appDeviceRoutes(ports: Ports): Router {
  const { apps, branding: brand } = ports
  const router = Router()
  const path = routes.code_verification
  const visit: RequestHandler = async (req, res, next) => {
    if (!apps.any()) return next()
    if (req.method === 'GET') onlyByNavigation(req)
    const origin = originOf(req, ports)
    if (ports.audit.refuses(false)) return busy(brand, res, 503)
    const identity = signedIn(req)
    const userCode = /^[A-Za-z- ]{8,16}$/.exec(field(req.query, 'user_code') ?? '')?.[0]
    if (!identity) {
      const here =
        userCode === undefined ? path : `${path}?${new URLSearchParams({ user_code: userCode })}`
      return res.redirect(303, `/signin?${new URLSearchParams({ next: here })}`)
    }
    if (
      req.method === 'POST' &&
      !((await apps.mayTypeCode(identity)) && (await apps.mayAsk(origin.sourceAddress, 'app')))
    )
      return busy(brand, res, 429)
    // The library would send a form by itself with a code that stands in the address.
    if (req.path === path) req.url = path
    await apps.answer(req, res, { origin, identity, userCode })
  }
  router.get(path, visit)
  router.post(path, visit)
  router.get(`${path}/:uid`, visit)
  return router
}

function busy(brand: Branding, res: Response, status: number): void {
  res.set('Retry-After', retryAfterSeconds)
  const text = words.apps.nothingWasChangedAnd
  const title = words.apps.thisCannotBeDone
  sendPage(res, messagePage({ brand, title, text, glyph: 'clock', actions: [] }), status)
}

/** Ends the sign-in of this browser, its console, and what it gave to apps. */
async function signOut(ports: Ports, req: Request, res: Response): Promise<void> {
  const identity = signedIn(req)
  const origin = originOf(req, ports)
  await ports.consoleFederation.logout(req.session.console, origin)
  if (identity) {
    await ports.apps.signedOut(identity)
    await ports.signIn.signedOut(identity, origin)
  }
  await endSession(req)
  clearCookie(res, ports.publicUrl, 'session')
}

/** `/apps/continue/{uid}`: an app's request, after the sign-in that it needs. */
export function appContinueRoutes(ports: Ports): Router {
  const { apps } = ports
  const router = Router()
  router.get('/apps/continue/:uid', async (req, res, next) => {
    if (!apps.any()) return next()
    onlyByNavigation(req)
    const answer = field(req.query, 'answer') === 'declined' ? 'declined' : undefined
    show(ports, req, res, await step(ports, req, res, answer))
  })
  router.post('/apps/continue/:uid', ports.protect, async (req, res, next) => {
    if (!apps.any()) return next()
    const answer = field(req.body, 'decision') === 'allowed' ? 'allowed' : 'declined'
    show(ports, req, res, await step(ports, req, res, answer))
  })
  return router
}

function step(ports: Ports, req: Request, res: Response, answer: Answer): Promise<Step> {
  const visit = { origin: originOf(req, ports), identity: signedIn(req) }
  return ports.apps.goOn(req, res, { visit, answer })
}

function show(ports: Ports, req: Request, res: Response, next: Step): void {
  const { branding: brand } = ports
  const here = `/apps/continue/${encodeURIComponent(String(req.params.uid))}`
  const signIn = `/signin?${new URLSearchParams({ next: here })}`
  switch (next.step) {
    case 'sign-in':
      res.redirect(303, signIn)
      break
    case 'go':
      if (req.method === 'POST') sendPage(res, goOnPage({ brand, url: next.url }))
      else res.set('Cache-Control', 'no-store').redirect(303, next.url)
      break
    case 'ask': {
      const { question } = next
      const csrf = ports.csrfToken(req)
      sendPage(res, consentPage({ brand, csrf, action: here, question }))
      break
    }
    case 'weak': {
      const identity = signedIn(req)
      const mayTouch = identity !== undefined && ports.ownKeys.allowed(identity)
      sendPage(res, weakPage(brand, next, { here, signIn, mayTouch }), 403)
      break
    }
    case 'gone':
      sendPage(res, gonePage(brand), 400)
      break
    case 'refused':
      sendPage(res, refusedPage(brand, next, { here, signIn }), 403)
  }
}

function gonePage(brand: Branding): Safe {
  return messagePage({
    brand,
    title: words.apps.thisSignInHas,
    text: words.apps.goBackToThe,
    actions: [{ href: '/portal', text: words.apps.yourRoles }],
  })
}

interface WeakWays {
  readonly here: string
  readonly signIn: string
  /** Whether the person may have a security key, whose touch raises the sign-in. */
  readonly mayTouch: boolean
}

function weakPage(
  brand: Branding,
  { app }: Extract<Step, { step: 'weak' }>,
  { here, signIn, mayTouch }: WeakWays,
): Safe {
  const touch = `/portal/security/touch?${new URLSearchParams({ next: here })}`
  return messagePage({
    brand,
    title: words.apps.asksForAStronger(app),
    text: words.apps.youAreSignedIn,
    glyph: 'lock',
    actions: [
      ...(mayTouch ? [{ href: touch, text: words.apps.touchAKey }] : []),
      { href: signIn, text: words.apps.signInAgain },
      { href: `${here}?answer=declined`, text: words.apps.backToTheApp },
    ],
  })
}

function refusedPage(
  brand: Branding,
  { app, reference }: Extract<Step, { step: 'refused' }>,
  { here, signIn }: { readonly here: string; readonly signIn: string },
): Safe {
  return messagePage({
    brand,
    title: words.apps.youMayNotUse(app),
    text: words.apps.youAreSignedInBut(app),
    reference,
    glyph: 'mark-closed',
    actions: [
      { href: `${here}?answer=declined`, text: words.apps.backToTheApp },
      { href: signIn, text: words.apps.signInAsSomebody },
    ],
  })
}
