import type { Request, Response } from 'express'
import type { OpenConsole, OpenedConsole } from '../../sign-in/console.ts'
import { type OriginPorts, originOf, type PagePorts } from '../app-ports.ts'
import { renewSession, signedIn } from '../browser-session.ts'

type Ports = OriginPorts & Pick<PagePorts, 'apps' | 'consoleFederation' | 'signIn' | 'visitor'>

/**
 * Begins the browser's session of a user of an account who signed in. Whoever was signed in here
 * before is signed out: a browser has one person.
 */
export async function enterUser(
  ports: Ports,
  req: Request,
  res: Response,
  opened: OpenedConsole,
): Promise<void> {
  const origin = originOf(req, ports)
  const identity = signedIn(req)
  await leaveUser(ports, req)
  if (identity) {
    await ports.apps?.signedOut(identity)
    await ports.signIn.signedOut(identity, origin)
  }
  const { keptForm } = req.session
  await renewSession(req, { user: opened.key, console: opened.key, keptForm })
  ports.visitor.forget(req)
  res.redirect(303, opened.path)
}

/** Ends the console session of this browser, and that of its user if that is another one. */
export async function leaveUser(
  ports: OriginPorts & Pick<PagePorts, 'consoleFederation'>,
  req: Request,
): Promise<void> {
  const { console, user } = req.session
  for (const key of new Set([console, user]))
    await ports.consoleFederation.logout(key, originOf(req, ports))
}

/** The session of the user who is signed in here, while it is open. */
export async function userSession(
  { consoleFederation }: Pick<PagePorts, 'consoleFederation'>,
  req: Request,
): Promise<OpenConsole | undefined> {
  const { user } = req.session
  if (user === undefined) return undefined
  const state = await consoleFederation.current(user)
  return state.state === 'open' ? state : undefined
}
