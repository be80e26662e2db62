import type { Request, Response } from 'express'
import { goOnPage } from '../../../views/apps/go-on.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { OpenedConsole } from '../../sign-in/console.ts'
import { sessionArn } from '../../sign-in/session-arn.ts'
import { signInId } from '../../sign-in/touches.ts'
import type { UpstreamConsoleInput } from '../../sign-in/upstream-console.ts'
import { type OriginPorts, originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { renewSession, signedIn } from '../browser-session.ts'

export type EnterConsolePorts = OriginPorts & Pick<PagePorts, 'consoleFederation' | 'visitor'>
export type OpenConsolePorts = EnterConsolePorts &
  Pick<PagePorts, 'branding' | 'signIn' | 'portal' | 'upstreamConsole'>

interface ConsoleWanted {
  readonly identity: Identity
  /** The id of the choice. */
  readonly choice: string
  /** The page of our console. */
  readonly path: string
  /** The page of the console of an account that has its own. */
  readonly destination?: string | undefined
}

/**
 * Takes one of the person's roles and opens the console with it. Throws SignInRefusal or
 * FederationFault.
 */
export async function openConsole(
  ports: OpenConsolePorts,
  req: Request,
  res: Response,
  { identity, choice, path, destination }: ConsoleWanted,
): Promise<void> {
  const origin = originOf(req, ports)
  const taken = await ports.signIn.credentials({ identity, choice, forConsole: true, ...origin })
  const { credentials } = taken
  if (taken.upstream) {
    await ports.portal.memories.used(identity, taken.choice.grant.roleArn)
    return leaveForConsole(ports, req, res, { identity, taken, destination })
  }
  const opened = await ports.consoleFederation.open({
    sessionToken: credentials.sessionToken,
    choice,
    path,
    origin,
    signIn: signInId(identity),
  })
  await ports.portal.memories.used(identity, taken.choice.grant.roleArn)
  await enterConsole(ports, req, res, opened)
}

/** Sends the browser to the console of the account behind a role. Throws SignInRefusal. */
export async function leaveForConsole(
  ports: Pick<PagePorts, 'branding' | 'upstreamConsole'> & OriginPorts,
  req: Request,
  res: Response,
  wanted: Omit<UpstreamConsoleInput, 'origin'>,
): Promise<void> {
  const url = await ports.upstreamConsole.address({ ...wanted, origin: originOf(req, ports) })
  // The address opens the console for whoever has it: no page that it leads to is told.
  res.set('Referrer-Policy', 'no-referrer')
  sendPage(res, goOnPage({ brand: ports.branding, url }))
}

/** Ends the console session before, because a browser holds only one; the next page says so. */
export async function enterConsole(
  ports: EnterConsolePorts,
  req: Request,
  res: Response,
  opened: OpenedConsole & { readonly asserted?: string },
): Promise<void> {
  const { consoleFederation } = ports
  const { console, user, csrfToken, taken, keptForm } = req.session
  // A user stays signed in beside the console of a role.
  const isOwn = console !== undefined && console === user
  const before = isOwn ? undefined : await consoleFederation.current(console)
  const identity = signedIn(req)
  if (before && before.state !== 'none')
    await consoleFederation.logout(console, originOf(req, ports))
  const replaced = before?.state === 'open' ? sessionArn(before.claims) : undefined
  await renewSession(req, {
    ...(identity && { identity, csrfToken, taken }),
    ...(user !== undefined && { user, csrfToken }),
    console: opened.key,
    keptForm,
    replaced,
    asserted: opened.asserted,
  })
  ports.visitor.forget(req)
  res.redirect(303, opened.path)
}
