import type { Request, Router } from 'express'
import { messagePage, type Problem } from '../../../../views/message.ts'
import { terminalTouchedPage, terminalTouchPage } from '../../../../views/my/terminal-touch.ts'
import { words } from '../../../../views/my/words.ts'
import { SignInRefusal } from '../../../sign-in/sign-in-refusal.ts'
import { originOf, sendPage } from '../../app-ports.ts'
import { field } from '../../fields.ts'
import { asPerson, orTold, type PersonTurn, personFrame, renewRaised } from './person.ts'
import type { MyPorts } from './turn.ts'

const at = '/portal/security/terminal'

/**
 * Where a person of a connector touches a key for a terminal of theirs. Whoever is signed in as
 * nobody, or as a user of an account, signs in as a person first.
 */
export function terminalTouchRoutes(router: Router, ports: MyPorts): void {
  router.get(
    at,
    asPerson(ports, (turn) => show(turn)),
    (req, res) => res.redirect(303, signInFirst(req)),
  )
  router.post(at, ports.protect, asPerson(ports, touch), (req, res) =>
    res.redirect(303, signInFirst(req)),
  )
}

/** The browser asks the key by options of this moment: each refusal shows new ones. */
async function show(turn: PersonTurn, problem?: Problem, status = 200): Promise<void> {
  const { ports, req, res, identity } = turn
  const ticket = ticketOf(req)
  try {
    const asking = await ports.terminalTouches.asked(identity, ticket, originOf(req, ports))
    const page = { ticket, ...asking }
    sendPage(res, terminalTouchPage(personFrame(turn, problem), page), status)
  } catch (error) {
    if (!(error instanceof SignInRefusal)) throw error
    refuse(turn, error)
  }
}

async function touch(turn: PersonTurn): Promise<void> {
  const { ports, req, res, identity } = turn
  await orTold(
    async () => {
      const response = field(req.body, 'response') ?? ''
      const origin = originOf(req, ports)
      const address = await ports.terminalTouches.touched(identity, ticketOf(req), response, origin)
      await renewRaised(turn)
      sendPage(res, terminalTouchedPage(personFrame(turn), address))
    },
    (problem, status) => show(turn, problem, status),
  )
}

/** There is nothing to touch a key for. */
function refuse({ ports, res }: PersonTurn, { row, reference }: SignInRefusal): void {
  const { title, next: text, status } = row
  const actions = [{ href: '/portal/security', text: words.terminalKeys }]
  const page = { brand: ports.branding, title, text, reference, actions }
  sendPage(res, messagePage({ ...page, glyph: 'key' }), status)
}

function ticketOf({ method, body, query }: Request): string {
  return (field(method === 'POST' ? body : query, 'ticket') ?? '').slice(0, 64)
}

/** Where connectors are, not where the users of an account sign in. */
function signInFirst(req: Request): string {
  const next = `${at}?${new URLSearchParams({ ticket: ticketOf(req) })}`
  return `/signin?${new URLSearchParams({ next })}`
}
