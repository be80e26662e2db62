import { type Request, type Response, Router } from 'express'
import { consolePage } from '../../../views/console/console.ts'
import { endedPage } from '../../../views/console/ended.ts'
import { messagePage } from '../../../views/message.ts'
import type { EndedConsole, OpenConsole } from '../../sign-in/console.ts'
import { policyLines, summarizeAccess } from '../../sign-in/permissions-summary.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { saveSession, signedIn } from '../browser-session.ts'
import { returnPath } from '../../sign-in/destination.ts'

/** `/console` and every page below it, acting with the console session and nothing else. */
export function consoleRoutes(ports: PagePorts): Router {
  const { branding: brand, consoleFederation } = ports
  const router = Router()

  // Where a tab goes whose session another one replaced.
  router.get('/console-replaced', (_req, res) => {
    sendPage(res, messagePage({
      brand, title: 'This console session ended', glyph: 'clock',
      text: 'Another one was opened in this browser, which holds one at a time.',
      actions: [{ href: '/console', text: 'Go to the open one' }, { href: '/portal', text: 'Your roles' }],
    }))
  })

  router.get('/console-signed-out', (_req, res) => {
    const actions = [{ href: '/portal', text: 'Your roles' }, { href: '/signout', text: 'Sign out everywhere' }]
    sendPage(res, messagePage({ brand, title: 'You left the console', glyph: 'exit', text: 'The console session has ended.', actions }))
  })

  router.post('/console/signout', ports.protect, async (req, res) => {
    await consoleFederation.logout(req.session.console, originOf(req, ports))
    delete req.session.console
    delete req.session.resume
    await saveSession(req)
    res.redirect(303, '/console-signed-out')
  })

  router.get(['/console', '/console/*path'], async (req, res) => {
    const state = await consoleFederation.current(req.session.console)
    if (state.state === 'open') return showOpen(ports, req, res, state)
    const path = deepLink(ports, req)
    if (state.state === 'ended') return showEnded(ports, req, res, state, path)
    req.session.resume = { path }
    res.redirect(303, signedIn(req) ? '/portal' : `/signin?${new URLSearchParams({ next: path })}`)
  })
  return router
}

/** The page that was asked for; `/console` when no honest link would ask for it. */
function deepLink({ publicUrl }: PagePorts, req: Request): string {
  const path = returnPath(req.originalUrl, publicUrl)
  return path.startsWith('/console') ? path : '/console'
}

function showOpen(ports: PagePorts, req: Request, res: Response, session: OpenConsole): void {
  const { replaced } = req.session
  delete req.session.replaced
  const path = deepLink(ports, req)
  const now = ports.clock.now()
  sendPage(res, consolePage({
    brand: ports.branding, csrf: ports.csrfToken(req), now, session, path, portal: signedIn(req) !== undefined,
    access: summarizeAccess(session.caller, { ...originOf(req, ports), now }, ports.decide), policies: policyLines(session.caller.layers),
    ...(replaced !== undefined && { replaced }),
  }))
}

async function showEnded(ports: PagePorts, req: Request, res: Response, session: EndedConsole, path: string): Promise<void> {
  const { choice } = session
  req.session.resume = { path, ...(choice !== undefined && { choice }) }
  const again = await openAgain(ports, req, choice)
  sendPage(res, endedPage({ brand: ports.branding, now: ports.clock.now(), session, path, ...(again && { again: { ...again, csrf: ports.csrfToken(req) } }) }), 403)
}

/** While the sign-in at the portal lasts, the same role is one button away. */
async function openAgain(ports: PagePorts, req: Request, choice: string | undefined): Promise<{ choice: string; roleName: string } | undefined> {
  const identity = signedIn(req)
  if (!identity || choice === undefined) return undefined
  try {
    const found = (await ports.signIn.choices(identity, originOf(req, ports))).choices.find(({ id }) => id === choice)
    return found && { choice, roleName: found.roleName }
  } catch (error) {
    if (error instanceof SignInRefusal) return undefined
    throw error
  }
}
