import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { keyOf } from './sign-in-token.ts'

/** A console session as the server keeps it. The session token is sealed; its secret is nowhere else. */
export interface ConsoleRecord {
  /** Names the session in pages and between tabs; opens nothing. */
  readonly marker: string
  readonly sessionToken: string
  readonly openedAt: string
  readonly expiresAt: string
  readonly issuer?: string
  /** The portal's choice that opened it, so that signing in again can open it again. */
  readonly choice?: string
}

/** An ended session is remembered for so long, to say that it ended and where it came from. */
const afterlifeMs = 12 * 3600_000

/** Console sessions in the ephemeral store, under the hash of their key. */
export function consoleSessions(ephemeral: Pick<Ephemeral, 'put' | 'get' | 'remove'>, ids: Ids, clock: Clock) {
  return {
    async open(session: Omit<ConsoleRecord, 'marker' | 'openedAt' | 'expiresAt'>, expiresAt: Date): Promise<{ key: string; record: ConsoleRecord }> {
      const key = ids.opaque(32)
      const record = { ...session, marker: ids.opaque(9), openedAt: clock.now().toISOString(), expiresAt: expiresAt.toISOString() }
      await ephemeral.put('console-session', keyOf(key), JSON.stringify(record), new Date(expiresAt.getTime() + afterlifeMs))
      return { key, record }
    },
    /** Also a session that has ended within the last hours. */
    async find(key: string): Promise<ConsoleRecord | undefined> {
      const text = await ephemeral.get('console-session', keyOf(key))
      return text === undefined ? undefined : JSON.parse(text)
    },
    async remove(key: string): Promise<void> {
      await ephemeral.remove('console-session', keyOf(key))
    },
  }
}
