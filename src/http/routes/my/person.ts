import type { Request, RequestHandler, Response } from 'express'
import type { Problem } from '../../../../views/message.ts'
import type { MyFrame } from '../../../../views/my/frame.ts'
import { words } from '../../../../views/my/words.ts'
import type { Identity } from '../../../kernel/identity.ts'
import { SignInRefusal } from '../../../sign-in/sign-in-refusal.ts'
import { renewSession, signedIn } from '../../browser-session.ts'
import { signInPath } from '../../remembered-user.ts'
import { frameWith, type MyPorts } from './turn.ts'

/** One request of a person of a connector who is signed in. */
export interface PersonTurn {
  readonly ports: MyPorts
  readonly req: Request
  readonly res: Response
  readonly identity: Identity
}

/**
 * Runs `act` for a person of a connector whose sign-in lasts. A user of an account goes to the
 * route of the same path that follows; whoever's sign-in has ended signs in first.
 */
export function asPerson(
  ports: MyPorts,
  act: (turn: PersonTurn) => Promise<void> | void,
): RequestHandler {
  return async (req, res, next) => {
    const identity = signedIn(req)
    if (!identity) return next()
    if (!(await ports.signIn.holds(identity))) {
      const back = req.method === 'GET' ? req.originalUrl : '/portal/security'
      return res.redirect(303, signInPath(req, ports.publicUrl, back))
    }
    await act({ ports, req, res, identity })
  }
}

export function personFrame({ ports, req, identity }: PersonTurn, problem?: Problem): MyFrame {
  const { signIn } = ports
  const { connector: id, displayName: name } = identity
  const label = signIn.connectors().find((one) => one.id === id)?.label ?? id
  const who = { name, line: words.personLine(name, label), endsAt: signIn.endsAt(identity) }
  return { ...frameWith(ports, req, who), problem }
}

/** A raised sign-in has a new session id, as every sign-in has. */
export async function renewRaised({ req, identity }: PersonTurn): Promise<void> {
  const { console, replaced, resume, keptForm, asserted, taken, csrfToken } = req.session
  const carried = { console, replaced, resume, keptForm, asserted, taken, csrfToken }
  await renewSession(req, { identity, ...carried })
}

/** Does something, or shows a page with the reason why not. */
export async function orTold(
  work: () => Promise<void>,
  page: (problem: Problem, status: number, refusal: SignInRefusal) => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof SignInRefusal)) throw error
    const { row, reference } = error
    await page({ title: row.title, next: row.next, reference, fields: true }, row.status, error)
  }
}
