import type { Router } from 'express'
import type { Problem } from '../../../../views/message.ts'
import { passwordPage } from '../../../../views/my/password.ts'
import { words } from '../../../../views/my/words.ts'
import { words as signInWords } from '../../../../views/sign-in/user/words.ts'
import { myPasswordRules } from '../../../console/my/password-rules.ts'
import { AwsFault } from '../../../kernel/aws-fault.ts'
import { originOf, sendPage } from '../../app-ports.ts'
import { renewSession, saveSession } from '../../browser-session.ts'
import { field } from '../../fields.ts'
import { notChanged } from '../not-changed.ts'
import { asUser, frameOf, type MyPorts, type MyTurn } from './turn.ts'

/** `/portal/password`: a user chooses another password. */
export function myPasswordRoutes(router: Router, ports: MyPorts): void {
  router.get(
    '/portal/password',
    asUser(ports, (turn) => show(turn)),
  )
  router.post('/portal/password', ports.protect, asUser(ports, change))
}

async function show(turn: MyTurn, problem?: Problem, status = 200): Promise<void> {
  if (!turn.session.claims.user) return turn.res.redirect(303, '/portal/security')
  const rules = await myPasswordRules(turn.call)
  sendPage(turn.res, passwordPage(frameOf(turn, problem), rules), status)
}

/**
 * The session ends with the password that it was begun with, as all others of the user do: this
 * browser gets one of the new password.
 */
async function change(turn: MyTurn): Promise<void> {
  const { ports, req, res, session } = turn
  if (!session.claims.user) return res.redirect(303, '/portal/security')
  const [before, after, again] = ['before', 'after', 'again'].map(
    (name) => field(req.body, name) ?? '',
  ) as [string, string, string]
  if (after !== again) return show(turn, signInWords.notTheSame, 400)
  let key: string
  try {
    const origin = originOf(req, ports)
    key = await ports.userSignIn.changeOwn(session, { before, after }, origin)
  } catch (error) {
    if (!(error instanceof AwsFault) || error.status >= 500) throw error
    return show(turn, notChanged(error), error.status)
  }
  await ports.consoleFederation.logout(req.session.console, originOf(req, ports))
  await renewSession(req, { user: key, console: key })
  req.session.said = words.passwordChanged
  await saveSession(req)
  res.redirect(303, '/portal/security')
}
