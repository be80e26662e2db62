import { isDeepStrictEqual } from 'node:util'
import { parsePolicy } from '../policy/index.ts'
import { principalIds } from '../store/principal-ids.ts'
import type { RoleRecord } from '../store/records.ts'
import type { Writes } from '../store/store.ts'

/**
 * Saves the unique ids of the users and roles that a role's trust policy names. A role of these
 * settings trusts the principals that exist at the reload, and keeps the id of one that was removed
 * since. Other roles get ids only if they have none: the API saves them now, but earlier versions
 * did not.
 */
export async function saveTrustedIds(
  tx: Writes,
  key: string,
  { record, own }: { readonly record: RoleRecord; readonly own: boolean },
): Promise<void> {
  const { account, trustPolicy, trustedIds } = record
  if (!own && trustedIds) return
  const parsed = parsePolicy('trust', record.name, trustPolicy)
  if (!parsed.ok) return
  const found = await principalIds(tx, parsed.policy.awsPrincipals())
  const ids = { ...trustedIds, ...found }
  if (!isDeepStrictEqual(ids, trustedIds ?? {}))
    await tx.update('role', account, key, { ...record, trustedIds: ids })
}
