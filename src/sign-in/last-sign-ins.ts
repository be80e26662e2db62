import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import type { Origin } from './sign-in-event.ts'
import { keyOf } from './sign-in-token.ts'

/** One sign-in, as the person it was may recognize it. */
export interface LastSignIn {
  /** ISO 8601. */
  readonly at: string
  readonly address: string
  readonly userAgent: string
}

/** Whose they are: a connector's id with a subject, or `iam/ACCOUNT` with a user's unique id. */
export interface SignInPerson {
  readonly connector: string
  readonly subject: string
}

export interface LastSignIns {
  /** The last first. */
  of(person: SignInPerson): Promise<readonly LastSignIn[]>
  note(person: SignInPerson, from: Pick<Origin, 'sourceAddress' | 'userAgent'>): Promise<void>
}

const mostKept = 20
const keptMs = 400 * 86_400_000

/**
 * Keeps the last sign-ins of each person in the short-lived state, for the person alone: the audit
 * trail has all of them. Two at the same moment may lose one.
 */
export function lastSignIns({
  ephemeral,
  clock,
}: {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get'>
  readonly clock: Clock
}): LastSignIns {
  const of: LastSignIns['of'] = async (person) => {
    const text = await ephemeral.get('last-sign-ins', nameOf(person))
    return text === undefined ? [] : JSON.parse(text)
  }
  return {
    of,
    async note(person, { sourceAddress: address, userAgent }) {
      const now = clock.now()
      const one: LastSignIn = { at: now.toISOString(), address, userAgent }
      const text = JSON.stringify([one, ...(await of(person))].slice(0, mostKept))
      const until = new Date(now.getTime() + keptMs)
      await ephemeral.put('last-sign-ins', nameOf(person), text, until)
    },
  }
}

function nameOf({ connector, subject }: SignInPerson): string {
  return keyOf(JSON.stringify([connector, subject]))
}
