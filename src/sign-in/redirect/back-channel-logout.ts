import { SignInFault } from '../../kernel/sign-in-fault.ts'
import { audited, type Step } from '../audited.ts'
import { endedByToken, endMarked } from '../ended-sessions.ts'
import { inTime } from '../in-time.ts'
import type { EventPorts } from '../sign-in-event.ts'
import {
  type Addressed,
  connectorAt,
  lateFault,
  type RedirectPorts,
  signInStep,
} from './redirect-ports.ts'
import { refuse } from './refusals.ts'

type Ports = EventPorts &
  Pick<RedirectPorts, 'signIn' | 'tries' | 'replay' | 'ephemeral' | 'checkTimeoutMs'>

export interface BackChannelLogoutInput extends Addressed {
  /** What the provider posted. */
  readonly message: string
}

/**
 * Ends the sessions that a provider says are over, by a message that comes from the provider itself
 * and not through a browser. Throws SignInRefusal. The session that ends writes the event.
 */
export async function backChannelLogout(
  ports: Ports,
  input: BackChannelLogoutInput,
): Promise<void> {
  const step: Step = { ...signInStep(input, input), name: 'SignOut' }
  await audited(ports, step, async () => {
    await ports.tries.beginFrom(input.sourceAddress)
    const connector = connectorAt(ports, input)
    const { id, protocol, upstream } = connector
    const read = upstream.readBackChannelLogout
    if (!read) throw new SignInFault('unknown-connector', 'the connector takes no such message')
    const ended = await inTime(
      (signal) => read(input.message, signal),
      ports.checkTimeoutMs,
      () => lateFault(connector),
    )
    if (await ports.replay.wasUsed(ended)) throw refuse('replay', protocol, { found: ended.id })
    await endMarked(ports, endedByToken(id, ended))
    // Claim it last: after a failure the provider sends it again, and the sessions have to end.
    await ports.replay.claim(ended)
    // Do not count the try: the provider signed the message, so it was no guess.
    await ports.tries.rightFrom(input.sourceAddress)
    return { quiet: true }
  })
}
