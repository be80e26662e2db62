import type { Request, RequestHandler, Response, Router } from 'express'
import { messagePage } from '../../../../views/message.ts'
import { signInsPage } from '../../../../views/my/sign-ins.ts'
import { words } from '../../../../views/my/words.ts'
import type { Identity } from '../../../kernel/identity.ts'
import type { OpenConsole } from '../../../sign-in/console.ts'
import type { SignInPerson } from '../../../sign-in/last-sign-ins.ts'
import { originOf, sendPage } from '../../app-ports.ts'
import { endSession, signedIn } from '../../browser-session.ts'
import { clearCookie } from '../../cookies.ts'
import { field } from '../../fields.ts'
import { signInPath } from '../../remembered-user.ts'
import { leaveUser, userSession } from '../enter-user.ts'
import { type MyPorts, memberOf } from './turn.ts'

/** Whoever is signed in: a person of a connector, or a user of an account. */
interface Who {
  readonly identity?: Identity | undefined
  readonly session?: OpenConsole | undefined
  readonly name: string
  readonly person: SignInPerson
}

/** `/portal/sign-ins`, for everybody who is signed in. */
export function signInsRoutes(router: Router, ports: MyPorts): void {
  router.get('/portal/sign-ins', asAnybody(ports, show))
  router.post('/portal/sign-ins/not-me', ports.protect, asAnybody(ports, dispute))
}

type Act = (ports: MyPorts, req: Request, res: Response, who: Who) => Promise<void>

function asAnybody(ports: MyPorts, act: Act): RequestHandler {
  return async (req, res) => {
    const who = await whoIs(ports, req)
    if (!who) return res.redirect(303, signInPath(req, ports.publicUrl, '/portal/sign-ins'))
    await act(ports, req, res, who)
  }
}

async function whoIs(ports: MyPorts, req: Request): Promise<Who | undefined> {
  const identity = signedIn(req)
  if (identity && (await ports.signIn.holds(identity)))
    return { identity, name: identity.displayName, person: identity }
  const session = await userSession(ports, req)
  if (!session) return undefined
  return { session, name: session.claims.name, person: memberOf(session) }
}

const show: Act = async (ports, req, res, { name, person }) => {
  const { branding: brand, clock } = ports
  const signIns = await ports.portal.signIns.of(person)
  const page = { brand, csrf: ports.csrfToken(req), now: clock.now(), name, signIns }
  sendPage(res, signInsPage(page))
}

/** Ends everything of the person, also in this browser, and tells the operator by the event. */
const dispute: Act = async (ports, req, res, { identity, session, person }) => {
  const origin = originOf(req, ports)
  const known = await ports.portal.signIns.of(person)
  const at = known.find((one) => one.at === field(req.body, 'at'))?.at
  if (at === undefined) return res.redirect(303, '/portal/sign-ins')
  await leaveUser(ports, req)
  if (identity) {
    await ports.signIn.dispute(identity, at, origin)
    await ports.apps?.signedOut(identity)
  }
  if (session) await ports.userSignIn.endAll(session, { signedInAt: at }, origin)
  await endSession(req)
  clearCookie(res, ports.publicUrl, 'session')
  const actions = [{ href: '/signin', text: words.signInAgain }]
  const { branding: brand } = ports
  const [title, text] = [words.disputed, words.disputedSays]
  sendPage(res, messagePage({ brand, title, text, glyph: 'lock', actions }))
}
