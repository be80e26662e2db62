import { unsealSession } from '../credentials/session-token.ts'
import { buildConsoleFederation } from '../sign-in/console.ts'
import type { Ground } from './ground.ts'
import type { Sessions } from './sessions.ts'
import type { Surroundings } from './surroundings.ts'

/** Builds the two steps of AWS's federation endpoint, and the console sessions. */
export function openConsoles(
  { current, publicUrl, clock, ids }: Surroundings,
  { store, audit, keys, shortLived }: Ground,
  { callers, revocations }: Sessions,
) {
  return buildConsoleFederation({
    ...{ audit, clock, ids, publicUrl, callers, revocations },
    ephemeral: shortLived.ephemeral,
    issuers: () => current().settings.federation.issuers,
    aliasOf: async (id) => (await store.reads.find('account', id, 'account'))?.alias,
    unsealSession: (token) => unsealSession(keys.ring, token),
  })
}
