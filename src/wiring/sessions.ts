import { createCallers } from '../sessions/callers.ts'
import { createIssuer } from '../sessions/issue.ts'
import { createKeyTickets } from '../sessions/key-tickets.ts'
import { openKeyUses } from '../sessions/key-uses.ts'
import { openLastAccessed } from '../sessions/last-accessed.ts'
import { createMfa } from '../sessions/mfa.ts'
import { createPersonKeys } from '../sessions/person-keys.ts'
import { createRevocations } from '../sessions/revocations.ts'
import { createSecurityKeys } from '../sessions/security-keys.ts'
import { createTokenIssuer } from '../sessions/token-issuer.ts'
import { createTouchCodes } from '../sessions/touch-codes.ts'
import { createUserKeys } from '../sessions/user-keys.ts'
import type { Ground } from './ground.ts'
import { securityKeySettings } from './security-key-settings.ts'
import type { Surroundings } from './surroundings.ts'
import type { UpstreamWing } from './upstream.ts'

/** Opens what issues sessions, finds callers by their session, and revokes sessions. */
export function openSessions(around: Surroundings, ground: Ground, upstreams: UpstreamWing) {
  const { store, keys, shortLived } = ground
  const { publicUrl, clock, ids, log } = around
  const organization = () => around.organization().organization
  const { ring, signingKeys } = keys
  const { ephemeral, tries } = shortLived
  const { reads, transact } = store
  const revocations = createRevocations({ store })
  const keyUses = openKeyUses({ ephemeral, clock, log })
  const lastAccessed = openLastAccessed({ ephemeral, log })
  const securityKeys = createSecurityKeys({
    ...{ ring, ephemeral, clock },
    settings: () => securityKeySettings(around.current().settings, publicUrl),
  })
  const touchCodes = createTouchCodes({ ring, ephemeral, ids, clock })
  return {
    revocations,
    callers: createCallers({ store, ring, revocations, clock, organization }),
    issuer: createIssuer({ store, ring, clock, ids, log, upstreams }),
    tokenIssuer: createTokenIssuer({ publicUrl, reads, signingKeys, clock, ids }),
    factors: {
      securityKeys,
      userKeys: createUserKeys({ reads, transact, securityKeys, clock }),
      personKeys: createPersonKeys({ reads, transact, securityKeys, clock, ids }),
      touchCodes,
      keyTickets: createKeyTickets({ ring, clock, publicUrl }),
      mfa: createMfa({ reads, transact, ring, ephemeral, tries, touchCodes, clock }),
    },
    uses: { keyUses, lastAccessed },
    async [Symbol.asyncDispose]() {
      await Promise.all([keyUses[Symbol.asyncDispose](), lastAccessed[Symbol.asyncDispose]()])
    },
  }
}

export type Sessions = ReturnType<typeof openSessions>

/** What issues credentials: ours, and those of other STS. */
export interface Issuers {
  readonly sessions: Sessions
  readonly upstream: UpstreamWing
}
