import type { SessionClaims } from '../credentials/claims.ts'
import type { RememberingStore } from '../store/remembering.ts'
import type { Holders } from './holders.ts'
import { known, unknownToken } from './unknown-token.ts'

/**
 * Refuses sessions whose origin is gone: a session works only while the key or the password that
 * it was made with counts, and the roles in between exist. Throws AwsFault InvalidClientTokenId.
 */
export function createOrphanCheck(
  { reads }: Pick<RememberingStore, 'reads'>,
  holders: Pick<Holders, 'account' | 'role'>,
) {
  return async ({ issuingKeyId, password, ancestors }: SessionClaims): Promise<void> => {
    if (password) {
      const { account, userId, setAt } = password
      await holders.account(account)
      const profile = known(await reads.find('loginProfile', account, userId))
      if (profile.changedAt !== setAt) throw unknownToken()
    }
    if (issuingKeyId !== undefined) {
      const key = known(await reads.find('accessKey', '*', issuingKeyId))
      if (key.status !== 'Active') throw unknownToken()
      await holders.account(key.owner)
    }
    for (const { role } of ancestors ?? []) {
      if (!role) continue
      await holders.account(role.account)
      await holders.role(role.account, role)
    }
  }
}
