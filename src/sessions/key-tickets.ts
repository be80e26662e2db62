import type { KeyRing } from '../credentials/key-ring.ts'
import type { Clock } from '../kernel/clock.ts'
import type { KeyOwner } from './user-keys.ts'

/** Who is asked for a key on a page without a session, and where its code goes. */
export interface KeyTicket {
  readonly account: string
  /** Absent: the account's root. */
  readonly user?: { readonly id: string; readonly name: string } | undefined
  /** An address on the person's own machine; absent: the person types the code. */
  readonly returnTo?: string | undefined
  /** Milliseconds since 1970. */
  readonly until: number
}

/**
 * Sealed texts that lead to the page which asks a user for a key. Such a text opens nothing: what
 * the page gives out, it gives for a touch of that user's key.
 */
export interface KeyTickets {
  addressFor(owner: KeyOwner, returnTo: string | undefined): string
  /** Undefined for any other text, and after five minutes. */
  read(ticket: string): KeyTicket | undefined
}

const lifeMs = 5 * 60_000

export function createKeyTickets({
  ring,
  clock,
  publicUrl,
}: {
  readonly ring: Pick<KeyRing, 'seal' | 'unseal'>
  readonly clock: Clock
  readonly publicUrl: URL
}): KeyTickets {
  return {
    addressFor({ account, user }, returnTo) {
      const until = clock.now().getTime() + lifeMs
      const ticket: KeyTicket = {
        account,
        ...(user && { user: { id: user.id, name: user.name } }),
        ...(returnTo !== undefined && { returnTo }),
        until,
      }
      const sealed = ring.seal('security-key-ticket', Buffer.from(JSON.stringify(ticket)))
      return `${publicUrl.origin}/mfa?${new URLSearchParams({ ticket: sealed })}`
    },
    read(ticket) {
      const plain = ring.unseal('security-key-ticket', ticket)
      const read: KeyTicket | undefined = plain && JSON.parse(plain.toString())
      return read && read.until > clock.now().getTime() ? read : undefined
    },
  }
}
