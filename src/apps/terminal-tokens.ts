import { hash } from 'node:crypto'
import type { AdapterPayload } from 'oidc-provider'
import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { terminalClient } from './terminal.ts'

export interface TerminalTokenPorts {
  readonly ephemeral: Pick<Ephemeral, 'get' | 'claim'>
  readonly clock: Clock
  readonly invalidGrant: (message: string) => Error
  /** Told that the token of this request was used before, and serves once more. */
  readonly servesAgain?: (() => void) | undefined
}

/**
 * For so long a terminal may show a refresh token once more, whose answer was lost on the way: a
 * command waits half a minute for an answer.
 */
const lostSeconds = 60

/** How often a refresh token serves, where storage alone lets each serve once. */
export interface TokenUse {
  /** What the library is told of a token that was found. */
  found(id: string, payload: AdapterPayload): Promise<AdapterPayload>
  /** Uses a token, by `use` where it was not used before. Throws what is told to the app. */
  consume(token: UsedToken, use: () => Promise<void>): Promise<void>
}

interface UsedToken {
  readonly id: string
  readonly payload: AdapterPayload
  readonly until: Date
}

/**
 * Refresh tokens serve once. One of the terminal serves once more while what followed it was never
 * used, so that a break of the network is no new sign-in. Two tokens may then follow one: the first
 * that is used goes on, and the use of the other ends the family, as any reuse does (RFC 9700,
 * section 4.14.2). A thief who shows a token first, or second, is therefore found out as soon as
 * both sides go on; of one who does not, the event of the second use tells.
 *
 * INVARIANT: of the tokens of one grant and one count of rotations, only one is ever used; each
 * sign-in of the terminal has a grant of its own.
 */
export function terminalTokens({
  ephemeral,
  clock,
  invalidGrant,
  servesAgain,
}: TerminalTokenPorts): TokenUse {
  const has = async (key: string) => (await ephemeral.get('app', key)) !== undefined
  const mayServeAgain = async (id: string, payload: AdapterPayload) =>
    (await has(keyOf('late', id))) &&
    !(await has(keyOf('again', id))) &&
    !(await has(rankKey(payload, 1)))
  /** Whether another that followed the same token was used in place of this one. */
  const isOvertaken = async (id: string, payload: AdapterPayload) =>
    (await has(rankKey(payload))) && !(await has(keyOf('used', id)))

  return {
    async found(id, payload) {
      if (payload.clientId !== terminalClient) return payload
      if (await isOvertaken(id, payload)) return { ...payload, consumed: true }
      if (payload.consumed === undefined || !(await mayServeAgain(id, payload))) return payload
      const { consumed: _, ...unused } = payload
      return unused
    },
    async consume({ id, payload, until }, use) {
      if (payload.clientId !== terminalClient) return use()
      if (await has(keyOf('used', id))) {
        const serves = await mayServeAgain(id, payload)
        if (serves && (await ephemeral.claim('app', keyOf('again', id), until)))
          return servesAgain?.()
        throw invalidGrant('it was used before')
      }
      // Before the use is claimed, as everybody who finds it used looks for it.
      const late = new Date(clock.now().getTime() + lostSeconds * 1000)
      await ephemeral.claim('app', keyOf('late', id), late)
      await use()
      if (await ephemeral.claim('app', rankKey(payload), until)) return
      await ephemeral.claim('app', keyOf('again', id), until)
      throw invalidGrant('another was used in its place')
    },
  }
}

function keyOf(use: 'used' | 'late' | 'again', id: string): string {
  return `RefreshToken/${use}/${hash('sha256', id, 'base64url')}`
}

/** One for all tokens of a grant that were rotated so often. */
function rankKey({ grantId, rotations }: AdapterPayload, more = 0): string {
  const rank = JSON.stringify([grantId, Number(rotations ?? 0) + more])
  return `RefreshToken/rank/${hash('sha256', rank, 'base64url')}`
}
