import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { keyOf } from './sign-in-token.ts'

/** As long as the longest console session: no form outlives it. */
const keptMs = 12 * 3600_000

/** Forms of the console, each of which is obeyed once, on any node. */
export interface ConsoleForms {
  fresh(): string
  /** Returns true for the first claim of the form in a console session. */
  claim(session: string, id: string): Promise<boolean>
  /** Lets a form that was refused as a whole be sent again. */
  release(session: string, id: string): Promise<void>
}

export function consoleForms(
  ephemeral: Pick<Ephemeral, 'claim' | 'remove'>,
  ids: Pick<Ids, 'opaque'>,
  clock: Clock,
): ConsoleForms {
  const key = (session: string, id: string) => keyOf(`${session}/${id}`)
  return {
    fresh: () => ids.opaque(12),
    claim: (session, id) =>
      ephemeral.claim('form', key(session, id), new Date(clock.now().getTime() + keptMs)),
    release: (session, id) => ephemeral.remove('form', key(session, id)),
  }
}
