import type { Request, Response } from 'express'
import type { Identity } from '../../kernel/identity.ts'
import type { OpenedConsole } from '../../sign-in/console.ts'
import { sessionArn } from '../../sign-in/session-arn.ts'
import { originOf, type PagePorts } from '../app-ports.ts'
import { renewSession, signedIn } from '../browser-session.ts'

/** Takes one of the person's roles and opens the console with it. Throws SignInRefusal or FederationFault. */
export async function openConsole(
  ports: PagePorts, req: Request, res: Response, { identity, choice, path }: { identity: Identity; choice: string; path: string },
): Promise<void> {
  const origin = originOf(req, ports)
  const { credentials } = await ports.signIn.credentials({ identity, choice, ...origin })
  const opened = await ports.consoleFederation.open({ sessionToken: credentials.sessionToken, choice, path, origin })
  await enterConsole(ports, req, res, opened)
}

/** A browser holds one console session: the one before ends, and the next page says so. */
export async function enterConsole(ports: PagePorts, req: Request, res: Response, opened: OpenedConsole): Promise<void> {
  const { consoleFederation } = ports
  const before = await consoleFederation.current(req.session.console)
  const identity = signedIn(req)
  if (before.state !== 'none') await consoleFederation.logout(req.session.console, originOf(req, ports))
  const replaced = before.state === 'open' ? sessionArn(before.claims) : undefined
  const { csrfToken } = req.session
  await renewSession(req, { ...(identity && { identity, ...(csrfToken !== undefined && { csrfToken }) }), console: opened.key, ...(replaced !== undefined && { replaced }) })
  res.redirect(303, opened.path)
}
