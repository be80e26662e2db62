import type { Identity } from '../../kernel/identity.ts'
import type { Protocol } from '../../kernel/protocol.ts'
import { audited } from '../audited.ts'
import { identityOf } from '../identity-text.ts'
import { identityChain, type Origin } from '../sign-in-event.ts'
import type { Attempts } from './attempts.ts'
import { type Brought, isBrowserOf, type RedirectPorts, signInStep } from './redirect-ports.ts'
import { refuse } from './refusals.ts'

export interface ArriveInput extends Origin {
  readonly protocol: Protocol
  /** The token that `receive` returned. */
  readonly token: string
  readonly brought: Brought
}

export interface Arrival {
  readonly identity: Identity
  /** A page of ours to continue with. */
  readonly next: string
  /** What the browser no longer needs to keep. */
  readonly done?: string | undefined
}

/** Signs in the person of a ticket in the browser that began, once. */
export async function arrive(
  ports: RedirectPorts,
  attempts: Attempts,
  input: ArriveInput,
): Promise<Arrival> {
  const { protocol, token, brought } = input
  const { arrival } = await audited(ports, signInStep(input, { protocol }), async (chain) => {
    const ticket = await attempts.tickets.redeem(token)
    if (!ticket) throw refuse('ticket', protocol)
    const identity = identityOf(ticket.identity)
    Object.assign(chain, identityChain(identity))
    const { attempt } = ticket
    if (attempt && !isBrowserOf(attempt, brought)) throw refuse('other-browser', protocol)
    const kept = attempt && attempts.kept(brought.kept, attempt.id)
    const next = kept?.next ?? ticket.next ?? '/portal'
    return { arrival: { identity, next, done: kept?.text }, quiet: true }
  })
  return arrival
}
