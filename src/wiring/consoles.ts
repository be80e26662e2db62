import { unsealSession } from '../credentials/session-token.ts'
import { buildConsoleFederation } from '../sign-in/console.ts'
import type { OpenSessions } from '../sign-in/open-sessions.ts'
import type { Ground } from './ground.ts'
import type { Sessions } from './sessions.ts'
import type { Surroundings } from './surroundings.ts'

/** Builds the two steps of AWS's federation endpoint, and the console sessions. */
export function openConsoles(
  { current, publicUrl, clock, ids }: Surroundings,
  { store, audit, keys, shortLived }: Ground,
  { callers, revocations, openSessions }: Sessions & { readonly openSessions: OpenSessions },
) {
  return buildConsoleFederation({
    ...{ audit, clock, ids, publicUrl, callers, revocations, openSessions },
    ephemeral: shortLived.ephemeral,
    issuers: () => current().settings.federation.issuers,
    aliasOf: async (id) => (await store.reads.find('account', id, 'account'))?.alias,
    unsealSession: (token) => unsealSession(keys.ring, token),
  })
}
