import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { Identity } from '../kernel/identity.ts'
import type { SignInCode } from '../kernel/sign-in-fault.ts'
import { identityOf } from '../sign-in/identity-text.ts'
import { signInId } from '../sign-in/touches.ts'
import { type OriginPorts, originOf, type PagePorts } from './app-ports.ts'
import { noteChecked, signedIn } from './browser-session.ts'

type Ports = OriginPorts &
  Pick<
    PagePorts,
    'apps' | 'redirectSignIn' | 'signIn' | 'consoleFederation' | 'openSessions' | 'visitor'
  >

/**
 * Ends a browser's session, including its console, when the identity provider has signed the person
 * out, or a check finds that the person may not go on. Runs before any page reads the session;
 * pages then see the person as the last check did.
 */
export function endedSessions(ports: Ports): RequestHandler {
  return async (req: Request, _res: Response, next: NextFunction) => {
    const identity = provedIdentity(req)
    if (!identity) return next()
    const origin = originOf(req, ports)
    const code = await whyOver(ports, req, identity)
    if (code === undefined) return next()
    await ports.consoleFederation.logout(req.session.console, origin)
    await ports.apps?.signedOut(identity)
    await ports.signIn.signedOut(identity, origin)
    ports.visitor.keepNotice(req, { code })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    req.session.regenerate((error) => (error ? reject(error) : resolve()))
    await promise
    next()
  }
}

async function whyOver(
  ports: Ports,
  req: Request,
  identity: Identity,
): Promise<SignInCode | undefined> {
  if (await ports.redirectSignIn.wasEnded(identity)) return 'signed-out-there'
  // Whoever leaves need not be looked up.
  if (req.session.identity === undefined || req.path.startsWith('/signout')) return undefined
  const standing = await ports.signIn.current(identity, originOf(req, ports))
  if ('ended' in standing) return standing.ended
  noteChecked(req, standing.identity)
  await ports.openSessions.seen(signInId(identity), originOf(req, ports))
  return undefined
}

/** Returns who is signed in, or whose assertion named the roles on offer or the role in use. */
function provedIdentity(req: Request): Identity | undefined {
  const { samlRoles, asserted } = req.session
  if (req.session.identity !== undefined) return signedIn(req)
  if (samlRoles !== undefined) return identityOf(JSON.parse(samlRoles).identity)
  return asserted === undefined ? undefined : identityOf(asserted)
}
