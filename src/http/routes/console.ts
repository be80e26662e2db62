import { hash } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import { endedPage } from '../../../views/console/ended.ts'
import { consolePage } from '../../../views/console/page.ts'
import { messagePage } from '../../../views/message.ts'
import { namesOf } from '../../console/address.ts'
import { home } from '../../console/home.ts'
import type { Page } from '../../console/page.ts'
import { consolePages } from '../../console/pages.ts'
import type { PageRequest } from '../../console/request.ts'
import type { FileContent } from '../../console/shown.ts'
import { visitPage } from '../../console/visit.ts'
import type { EndedConsole, OpenConsole } from '../../sign-in/console.ts'
import { returnPath } from '../../sign-in/destination.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { type OriginPorts, originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { leaveConsole, saveSession, signedIn } from '../browser-session.ts'
import { callAs } from '../call-as.ts'
import { field, fieldsOf } from '../fields.ts'
import { keepForm, takeForm } from '../kept-form.ts'
import { signInPath } from '../remembered-user.ts'
import { words } from './words.ts'

type Ports = OriginPorts &
  Pick<
    PagePorts,
    | 'branding'
    | 'publicUrl'
    | 'clock'
    | 'ids'
    | 'signIn'
    | 'consoleFederation'
    | 'forms'
    | 'openSessions'
    | 'dispatchAs'
    | 'policyReference'
    | 'protect'
    | 'csrfToken'
    | 'visitor'
  >

/** `/console` and the pages below it, which act only with the console session's permissions. */
export function consoleRoutes(ports: Ports): Router {
  const { branding: brand, consoleFederation } = ports
  const router = Router()

  // Where a tab goes when another tab's session replaced its own.
  router.get('/console-replaced', (_req, res) => {
    sendPage(
      res,
      messagePage({
        brand,
        title: words.console.thisConsoleSessionEnded,
        glyph: 'clock',
        text: words.console.anotherOneWasOpened,
        actions: [
          { href: '/console', text: words.console.goToTheOpen },
          { href: '/portal', text: words.console.yourRoles },
        ],
      }),
    )
  })

  router.get('/console-signed-out', (_req, res) => {
    const actions = [
      { href: '/portal', text: words.console.yourRoles },
      { href: '/signout', text: words.console.signOutEverywhere },
    ]
    sendPage(
      res,
      messagePage({
        brand,
        title: words.console.youLeftTheConsole,
        glyph: 'exit',
        text: words.console.theConsoleSessionHas,
        actions,
      }),
    )
  })

  router.post('/console/signout', ports.protect, async (req, res) => {
    await consoleFederation.logout(req.session.console, originOf(req, ports))
    delete req.session.resume
    await leaveConsole(req)
    res.redirect(303, '/console-signed-out')
  })

  for (const page of consolePages) {
    router.get(page.path, (req, res) => answer(ports, { page, req, res, method: 'open' }))
    if (page.submit)
      router.post(page.path, ports.protect, (req, res) =>
        answer(ports, { page, req, res, method: 'submit' }),
      )
  }
  // AWS consoles have pages that this one lacks, and brokers link to them.
  router.get('/console/*path', (req, res) =>
    answer(ports, { page: home, req, res, method: 'open', strayed: deepLink(ports, req) }),
  )
  return router
}

/** Returns the requested page, or `/console` when it is not a valid path below it. */
function deepLink({ publicUrl }: Ports, req: Request): string {
  const path = returnPath(req.originalUrl, publicUrl)
  return path.startsWith('/console') ? path : '/console'
}

interface Visit {
  readonly page: Page
  readonly req: Request
  readonly res: Response
  readonly method: 'open' | 'submit'
  readonly strayed?: string | undefined
}

async function answer(ports: Ports, asked: Visit): Promise<void> {
  const { req, res } = asked
  const state = await ports.consoleFederation.current(req.session.console)
  if (state.state === 'open') return visit(ports, asked, state)
  const path = deepLink(ports, req)
  if (state.state === 'ended') {
    keepForm(req, state, req.path, asked.page.secrets ?? [])
    return showEnded(ports, { req, res, session: state, path })
  }
  if (signedIn(req)) {
    req.session.resume = { path }
    return res.redirect(303, '/portal')
  }
  ports.visitor.keepPath(req, path)
  res.redirect(303, signInPath(req, ports.publicUrl, path))
}

async function visit(
  ports: Ports,
  { page, req, res, method, strayed }: Visit,
  session: OpenConsole,
): Promise<void> {
  const now = ports.clock.now()
  const origin = originOf(req, ports)
  const kept = page.submit && takeForm(req, session, req.path)
  const body: unknown = kept ?? req.body
  const { forms } = ports
  // Somebody who goes back and fills in something else means another change.
  const sent = (id: string) => `${id}/${hash('sha256', JSON.stringify(body ?? {}), 'base64url')}`
  await ports.openSessions.seen(session.marker, origin)
  const request: PageRequest = {
    session,
    facts: { ...origin, now },
    params: namesOf(req.params),
    publicUrl: ports.publicUrl,
    query: (name) => field(req.query, name),
    queryAll: (name) => fieldsOf(req.query, name),
    body: (name) => field(body, name),
    bodyAll: (name) => fieldsOf(body, name),
    once: {
      fresh: () => forms.fresh(),
      claimPart: (id) => forms.claim(session.marker, id),
      claim: (id) => forms.claim(session.marker, sent(id)),
      release: (id) => forms.release(session.marker, sent(id)),
    },
    reference: () => ports.policyReference(session.claims.account),
    strayed,
  }
  const call = callAs(ports, session, origin)
  const visited = await visitPage(page, call, request, kept ? 'submit' : method)
  if ('kind' in visited && visited.kind === 'file') return sendFile(res, visited)
  if ('kind' in visited) {
    req.session.said = visited.said
    await saveSession(req)
    return res.redirect(303, visited.to)
  }
  const { replaced, said } = req.session
  delete req.session.replaced
  delete req.session.said
  const frame = {
    brand: ports.branding,
    csrf: ports.csrfToken(req),
    now,
    session,
    page,
    params: request.params,
    replaced,
    said,
    portal: signedIn(req) !== undefined || req.session.user !== undefined,
    ...(visited.shown.kind === 'editor' && { styleNonce: allowStyles(res, ports.ids.opaque(16)) }),
  }
  sendPage(res, consolePage(frame, visited.shown), visited.status)
}

/** Sends a file to keep. Its name is one of ours: letters, digits, dots and hyphens. */
function sendFile(res: Response, { name, type, text }: FileContent): void {
  res.set('cache-control', 'no-store')
  res.set('content-disposition', `attachment; filename="${name}"`)
  res.type(type).send(text)
}

/**
 * Lets a library write style elements that bear the nonce, on this page only. Returns the nonce.
 */
function allowStyles(res: Response, nonce: string): string {
  const policy = String(res.getHeader('content-security-policy'))
  res.set('content-security-policy', policy.replace('style-src', `style-src 'nonce-${nonce}'`))
  return nonce
}

interface Ended {
  readonly req: Request
  readonly res: Response
  readonly session: EndedConsole
  readonly path: string
}

async function showEnded(ports: Ports, { req, res, session, path }: Ended): Promise<void> {
  const { choice } = session
  req.session.resume = { path, choice }
  const again = await openAgain(ports, req, choice)
  sendPage(
    res,
    endedPage({
      brand: ports.branding,
      now: ports.clock.now(),
      session,
      path,
      ...(again && { again: { ...again, csrf: ports.csrfToken(req) } }),
    }),
    403,
  )
}

/** Offers the same role on a button while the person is still signed in at the portal. */
async function openAgain(
  ports: Ports,
  req: Request,
  choice: string | undefined,
): Promise<{ choice: string; roleName: string } | undefined> {
  const identity = signedIn(req)
  if (!identity || choice === undefined) return undefined
  try {
    const found = (await ports.signIn.choices(identity, originOf(req, ports))).choices.find(
      ({ id }) => id === choice,
    )
    return found && { choice, roleName: found.roleName }
  } catch (error) {
    if (error instanceof SignInRefusal) return undefined
    throw error
  }
}
