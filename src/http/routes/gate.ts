import { type Request, type Response, Router } from 'express'
import type { Branding } from '../../../views/layout.ts'
import { messagePage } from '../../../views/message.ts'
import { routes } from '../../apps/configuration.ts'
import type { GateStep, Onward, OpenGate } from '../../apps/gate/open-gate.ts'
import { ownPath } from '../../apps/gate/verify.ts'
import { type OriginPorts, originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { signedIn } from '../browser-session.ts'
import { field } from '../fields.ts'
import { onlyByNavigation } from '../only-by-navigation.ts'
import { words } from './words.ts'

type Ports = OriginPorts &
  Pick<PagePorts, 'audit' | 'branding' | 'publicUrl'> & { readonly gate: OpenGate }

/** Below the host of each application: nothing but redirects, at most one cookie in each. */
export function gateHostRoutes({ gate, ...ports }: Ports): Router {
  const router = Router()
  router.use(ownPath, (req, res, next) => {
    if (!gate.serves(req.headers.host)) return next('router')
    res.set({
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    })
    onlyByNavigation(req)
    next()
  })
  const at = (req: Request) => ({ host: req.headers.host!, cookieHeader: req.headers.cookie })
  router.get(`${ownPath}/start`, async (req, res) => {
    const { sourceAddress } = originOf(req, ports)
    const to = field(req.query, 'to') ?? '/'
    go(res, await gate.start({ ...at(req), to, sourceAddress }))
  })
  router.get(`${ownPath}/return`, async (req, res) => {
    const code = field(req.query, 'code') ?? ''
    const onward = await gate.arrive({ ...at(req), code, origin: originOf(req, ports) })
    const query = new URLSearchParams({ host: at(req).host })
    go(res, onward ?? { url: `${ports.publicUrl.origin}/gate/ended?${query}` })
  })
  // Only Gatehouse can end the sign-in, and asks before.
  router.get(`${ownPath}/sign-out`, (_req, res) =>
    go(res, { url: `${ports.publicUrl.origin}/signout` }),
  )
  return router
}

function go(res: Response, { url, cookie }: Onward): void {
  if (cookie !== undefined) res.set('Set-Cookie', cookie)
  // Not `redirect`: it would spell the address anew, and the page is the one that was asked for.
  res.status(303).set('Location', url).end()
}

/** At Gatehouse, on the way from an application and back. */
export function gateRoutes(ports: Ports): Router {
  const { gate, branding: brand, publicUrl } = ports
  const router = Router()
  router.get('/gate/enter/:attempt', async (req, res, next) => {
    if (!gate.any()) return next()
    onlyByNavigation(req)
    if (ports.audit.refuses(false)) return sendPage(res, busyPage(brand), 503)
    const { attempt } = req.params
    const step = await gate.enter(attempt, signedIn(req), originOf(req, ports))
    show(ports, res, step, `/gate/enter/${encodeURIComponent(attempt)}`)
  })
  router.get('/gate/ended', (req, res, next) => {
    const host = field(req.query, 'host') ?? ''
    const label = gate.label(host)
    if (label === undefined) return next()
    sendPage(
      res,
      messagePage({
        brand,
        title: words.gate.theSignInTo(label),
        text: words.gate.openItAgainIf,
        glyph: 'clock',
        actions: [{ href: `${publicUrl.protocol}//${host}/`, text: words.gate.open(label) }],
      }),
      400,
    )
  })
  return router
}

function show({ branding: brand }: Ports, res: Response, step: GateStep, here: string): void {
  const signIn = `/signin?${new URLSearchParams({ next: here })}`
  switch (step.step) {
    case 'sign-in':
      res.set('Cache-Control', 'no-store').redirect(303, signIn)
      break
    case 'go':
      go(res.set('Cache-Control', 'no-store'), step)
      break
    case 'later':
      res.set('Retry-After', '60')
      sendPage(res, busyPage(brand), 429)
      break
    case 'gone':
      sendPage(
        res,
        messagePage({
          brand,
          title: words.gate.thisSignInHas,
          text: words.gate.goBackToThe,
          actions: [{ href: '/portal', text: words.gate.yourRoles }],
        }),
        400,
      )
      break
    case 'refused':
      sendPage(res, refusedPage(brand, step, signIn), 403)
  }
}

function refusedPage(
  brand: Branding,
  { label, what, reference }: Extract<GateStep, { step: 'refused' }>,
  signIn: string,
) {
  const whole = what === 'site'
  return messagePage({
    brand,
    title: whole ? words.gate.youMayNotUse(label) : words.gate.youMayNotOpen(label),
    text: words.gate.youAreSignedIn(whole ? label : 'this page'),
    reference,
    glyph: 'mark-closed',
    actions: [
      { href: signIn, text: words.gate.signInAsSomebody },
      { href: '/portal', text: words.gate.yourRoles },
    ],
  })
}

function busyPage(brand: Branding) {
  return messagePage({
    brand,
    title: words.gate.thisCannotBeDone,
    text: words.gate.nothingWasChangedAnd,
    glyph: 'clock',
    actions: [],
  })
}

const freshSeconds = 300

/** The keys of tokens for applications: those of apps, at the same address. */
export function gateKeyRoutes({ gate }: { readonly gate: OpenGate }): Router {
  const router = Router()
  router.get(routes.jwks, async (_req, res, next) => {
    if (!gate.any()) return next()
    // Public by design.
    res
      .set({
        'Cache-Control': `public, max-age=${freshSeconds}`,
        'Access-Control-Allow-Origin': '*',
        'X-Content-Type-Options': 'nosniff',
      })
      .json(await gate.keys())
  })
  return router
}
