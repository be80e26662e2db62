import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { keyOf } from './sign-in-token.ts'

export interface OneTimePorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'take'>
  readonly ids: Pick<Ids, 'opaque'>
  readonly clock: Clock
}

export interface OneTime<T> {
  /** Keeps a value, and returns the token to redeem it with: 43 characters. */
  hand(value: T): Promise<string>
  /** The value, for the first caller in time. */
  redeem(token: string): Promise<T | undefined>
}

/**
 * Values that can be redeemed once, within `seconds`. `kind` separates uses. Stored under the hash
 * of the token, so that reading the store reveals no token.
 */
export function oneTime<T>(
  { ephemeral, ids, clock }: OneTimePorts,
  kind: string,
  seconds: number,
): OneTime<T> {
  return {
    async hand(value) {
      const token = ids.opaque(32)
      const expiresAt = new Date(clock.now().getTime() + seconds * 1000)
      const text = JSON.stringify(value)
      await ephemeral.put('attempt', keyOf(`${kind} ${token}`), text, expiresAt)
      return token
    },
    async redeem(token) {
      const text = await ephemeral.take('attempt', keyOf(`${kind} ${token}`))
      return text === undefined ? undefined : JSON.parse(text)
    },
  }
}
