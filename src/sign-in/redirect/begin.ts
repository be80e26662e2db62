import type { Send } from '../../connectors/redirect-upstream.ts'
import { audited } from '../audited.ts'
import { inTime } from '../in-time.ts'
import type { Attempts } from './attempts.ts'
import {
  type Addressed,
  connectorAt,
  lateFault,
  type RedirectPorts,
  signInStep,
} from './redirect-ports.ts'

export interface BeginInput extends Addressed {
  /** A page of ours to continue with. */
  readonly next: string
  /** The value of the browser's cookie. */
  readonly browser: string
}

export interface Begun {
  /** The message that the browser carries to the identity provider. */
  readonly send: Send
  /** What the browser keeps for half an hour, for the answer: at most 1,600 characters. */
  readonly keep: string
}

/** Begins an attempt. Keeps nothing of it on the server. */
export async function begin(
  ports: RedirectPorts,
  attempts: Attempts,
  input: BeginInput,
): Promise<Begun> {
  const { begun } = await audited(ports, signInStep(input, input), async () => {
    await ports.tries.beginFrom(input.sourceAddress)
    const connector = connectorAt(ports, input)
    const id = attempts.begin(connector.id, input.browser)
    const { send, memo } = await inTime(
      (signal) => connector.upstream.begin(id, signal),
      ports.checkTimeoutMs,
      () => lateFault(connector),
    )
    return { begun: { send, keep: attempts.keep(id, { next: input.next, memo }) }, quiet: true }
  })
  return begun
}
