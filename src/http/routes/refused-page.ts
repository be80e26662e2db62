import type { ErrorRequestHandler, Response } from 'express'
import type { Safe } from '../../../views/html.ts'
import { messagePage } from '../../../views/message.ts'
import { type NoAccessPage, noAccessPage } from '../../../views/sign-in/no-access.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { type PagePorts, sendPage } from '../app-ports.ts'
import { words } from './words.ts'

export type RefusedPorts = Pick<PagePorts, 'branding' | 'signIn' | 'clock'>

/** Shows the reference but not which check failed, which only the operator may know. */
export function sendRefusal(ports: RefusedPorts, res: Response, refusal: SignInRefusal): void {
  const { row, reference, identity, chain, fault } = refusal
  const { branding: brand } = ports
  if (fault.code === 'no-grants' && identity) {
    const { outcomes = [] } = chain
    sendPage(res, noAccess(ports, { identity, outcomes, reference }), row.status)
    return
  }
  const page = messagePage({
    brand,
    title: row.title,
    text: row.next,
    glyph: 'mark-closed',
    reference,
    actions: [{ href: '/signin', text: words.refusedPage.signInAgain }],
  })
  sendPage(res, page, row.status)
}

/** The page of a person who was authenticated and has no role. */
export function noAccess(
  { branding: brand, signIn, clock }: RefusedPorts,
  found: Pick<NoAccessPage, 'identity' | 'outcomes' | 'reference' | 'csrf' | 'keys'>,
): Safe {
  const { connector: id } = found.identity
  const connector = signIn.connectors().find((one) => one.id === id)?.label ?? id
  return noAccessPage({ brand, now: clock.now(), connector, ...found })
}

/** Answers sign-ins that the routes before it refused. */
export function refusedPage(ports: RefusedPorts): ErrorRequestHandler {
  return (error, _req, res, next) => {
    if (!(error instanceof SignInRefusal)) return next(error)
    sendRefusal(ports, res, error)
  }
}
