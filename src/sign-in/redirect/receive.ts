import type { Answer } from '../../connectors/redirect-upstream.ts'
import { audited } from '../audited.ts'
import { identityOf } from '../identity-text.ts'
import { admit } from './admit.ts'
import type { Attempts } from './attempts.ts'
import {
  type Addressed,
  type Brought,
  connectorAt,
  type RedirectPorts,
  signInStep,
} from './redirect-ports.ts'

export interface ReceiveInput extends Addressed {
  readonly answer: Answer
  /** Absent for a posted answer: another site's form brings no cookies. */
  readonly brought?: Brought | undefined
}

/** Checks an answer at its connector's address, and keeps the person under a ticket. */
export async function receive(
  ports: RedirectPorts,
  attempts: Attempts,
  input: ReceiveInput,
): Promise<string> {
  const { token } = await audited(ports, signInStep(input, input), async (chain) => {
    await ports.tries.beginFrom(input.sourceAddress)
    const connector = connectorAt(ports, input)
    const { upstream } = connector
    Object.assign(chain, { evidence: upstream.describe?.(input.answer) })
    const prove = (proving: Parameters<typeof upstream.prove>[1]) =>
      upstream.prove(input.answer, proving)
    const { brought } = input
    const admission = { connector, prove, brought, chain, origin: input }
    const ticket = await admit(ports, attempts, admission)
    return { token: await attempts.tickets.hand(ticket), identity: identityOf(ticket.identity) }
  })
  return token
}
