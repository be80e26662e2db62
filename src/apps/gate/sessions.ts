import type { Clock } from '../../kernel/clock.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Ids } from '../../kernel/ids.ts'
import { identityOf, identityText } from '../../sign-in/identity-text.ts'
import { keyOf } from '../../sign-in/sign-in-token.ts'
import type { Ephemeral } from '../../store/ephemeral.ts'

export interface GateSessionPorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get'>
  readonly clock: Clock
  readonly ids: Pick<Ids, 'opaque'>
}

/** Sessions of browsers at single hosts. Kept under the hash of their cookie. */
export interface GateSessions {
  /** Returns the cookie. */
  open(host: string, identity: Identity, endsAt: Date): Promise<string>
  /** Who it is, at this host only. */
  find(cookie: string, host: string): Promise<Identity | undefined>
}

interface Kept {
  readonly host: string
  readonly identity: string
}

export function gateSessions({ ephemeral, ids }: GateSessionPorts): GateSessions {
  return {
    async open(host, identity, endsAt) {
      const cookie = ids.opaque(32)
      const kept: Kept = { host, identity: identityText(identity) }
      await ephemeral.put('gate', `session/${keyOf(cookie)}`, JSON.stringify(kept), endsAt)
      return cookie
    },
    async find(cookie, host) {
      const text = await ephemeral.get('gate', `session/${keyOf(cookie)}`)
      const kept: Kept | undefined = text === undefined ? undefined : JSON.parse(text)
      return kept?.host === host ? identityOf(kept.identity) : undefined
    },
  }
}
