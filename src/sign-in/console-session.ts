import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { keyOf } from './sign-in-token.ts'

/**
 * A console session in the server's store. The session token is sealed; its secret is stored
 * nowhere else.
 */
export interface ConsoleRecord {
  /** Identifies the session in pages and between tabs; gives no access. */
  readonly marker: string
  readonly sessionToken: string
  readonly openedAt: string
  readonly expiresAt: string
  readonly issuer?: string | undefined
  /** The portal's choice that opened it, so that it can be opened again after signing in again. */
  readonly choice?: string | undefined
}

/**
 * How long an ended session is kept, so that pages can say that it ended and where it came from.
 */
const afterlifeMs = 12 * 3600_000

/** Console sessions in the ephemeral store, under the hash of their key. */
export function consoleSessions(
  ephemeral: Pick<Ephemeral, 'put' | 'get' | 'remove'>,
  ids: Ids,
  clock: Clock,
) {
  return {
    async open(
      session: Omit<ConsoleRecord, 'marker' | 'openedAt' | 'expiresAt'>,
      expiresAt: Date,
    ): Promise<{ key: string; record: ConsoleRecord }> {
      const key = ids.opaque(32)
      const record = {
        ...session,
        marker: ids.opaque(9),
        openedAt: clock.now().toISOString(),
        expiresAt: expiresAt.toISOString(),
      }
      await ephemeral.put(
        'console-session',
        keyOf(key),
        JSON.stringify(record),
        new Date(expiresAt.getTime() + afterlifeMs),
      )
      return { key, record }
    },
    /** Also finds a session that ended within the last hours. */
    async find(key: string): Promise<ConsoleRecord | undefined> {
      const text = await ephemeral.get('console-session', keyOf(key))
      return text === undefined ? undefined : JSON.parse(text)
    },
    async remove(key: string): Promise<void> {
      await ephemeral.remove('console-session', keyOf(key))
    },
  }
}
