import type { Request, RequestHandler, Response } from 'express'
import type { Safe } from '../../../../views/html.ts'
import { accountId } from '../../../../views/layout.ts'
import type { Problem } from '../../../../views/message.ts'
import type { MyFrame, Who } from '../../../../views/my/frame.ts'
import { words } from '../../../../views/my/words.ts'
import { CallRefusal } from '../../../console/call.ts'
import type { MyCall } from '../../../console/my/security.ts'
import type { OpenConsole } from '../../../sign-in/console.ts'
import type { SignInPerson } from '../../../sign-in/last-sign-ins.ts'
import { type OriginPorts, originOf, type PagePorts, sendPage } from '../../app-ports.ts'
import { saveSession } from '../../browser-session.ts'
import { callAs } from '../../call-as.ts'
import { signInPath } from '../../remembered-user.ts'
import { userSession } from '../enter-user.ts'

export type MyPorts = OriginPorts &
  Pick<
    PagePorts,
    | 'apps'
    | 'branding'
    | 'portal'
    | 'signIn'
    | 'publicUrl'
    | 'clock'
    | 'ids'
    | 'consoleFederation'
    | 'dispatchAs'
    | 'csrfToken'
    | 'protect'
    | 'userSignIn'
    | 'ownKeys'
    | 'terminalTouches'
    | 'ownSessions'
    | 'visitor'
  >

/** One request of a user who is signed in, with their own permissions. */
export interface MyTurn {
  readonly ports: MyPorts
  readonly req: Request
  readonly res: Response
  readonly session: OpenConsole
  readonly call: MyCall
}

/** Runs `act` for a user who is signed in; others sign in first, and come back to a page. */
export function asUser(
  ports: MyPorts,
  act: (turn: MyTurn) => Promise<void> | void,
): RequestHandler {
  return async (req, res) => {
    const session = await userSession(ports, req)
    if (!session) {
      const back = req.method === 'GET' ? req.originalUrl : '/portal/security'
      return res.redirect(303, signInPath(req, ports.publicUrl, back))
    }
    const call = callAs(ports, session, originOf(req, ports)) as MyCall
    await act({ ports, req, res, session, call })
  }
}

export function frameOf({ ports, req, session }: MyTurn, problem?: Problem | undefined): MyFrame {
  return { ...frameWith(ports, req, whoOf(session)), problem }
}

/** What surrounds a page of anybody's own, with what was done just now, said once. */
export function frameWith(
  ports: Pick<MyPorts, 'branding' | 'csrfToken' | 'clock'>,
  req: Request,
  who: Who,
): MyFrame {
  const { said } = req.session
  delete req.session.said
  const { branding: brand, clock } = ports
  return { brand, csrf: ports.csrfToken(req), now: clock.now(), who, said }
}

function whoOf({ claims, accountName, expiresAt }: OpenConsole): Who {
  const { name, account, user } = claims
  const line = words.line(name, accountName ?? accountId(account))
  return { name, line, endsAt: expiresAt, account: user ? 'user' : 'root' }
}

/** Under which name things are kept for a user of an account, or its root. */
export function memberOf({ claims: { account, user } }: OpenConsole): SignInPerson {
  return { connector: `iam/${account}`, subject: user?.id ?? account }
}

/** What calls name the user by; IAM takes the account for its root. */
export function ownName({ session: { claims } }: MyTurn): string {
  return claims.user?.name ?? claims.account
}

/** Says on the next page what was done. */
export async function done(
  { req, res }: Pick<MyTurn, 'req' | 'res'>,
  said: string,
  to: string,
): Promise<void> {
  req.session.said = said
  await saveSession(req)
  res.redirect(303, to)
}

/** Does something, or answers with a page that has IAM's reason why not. */
export async function orRefused(
  turn: MyTurn,
  work: () => Promise<void>,
  page: (frame: MyFrame) => Safe | Promise<Safe>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof CallRefusal) || error.fault.status >= 500) throw error
    sendPage(turn.res, await page(frameOf(turn, problemOf(error))), error.fault.status)
  }
}

/** IAM's reason why something was not done. */
export function problemOf({ fault, reference }: CallRefusal): Problem {
  return { title: words.problem, next: fault.message, reference, fields: true }
}
