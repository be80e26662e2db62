import { linkTo } from '../../store/links.ts'
import type { RecordKinds, UserRecord } from '../../store/records.ts'
import type { Reads } from '../../store/store.ts'

/** What a user has besides access keys and MFA devices; found by the user's unique id. */
export type OwnedKind = 'sshPublicKey' | 'signingCertificate' | 'serviceCredential'

/** The unique id of the owner; of the account's root it is the account's. */
export function ownerId(user: Pick<UserRecord, 'id'> | undefined, account: string): string {
  return user?.id ?? account
}

/** Well above the quotas. */
const most = 100

/** Returns what an owner has of a kind, ordered by id. */
export async function ownedBy<K extends OwnedKind>(
  reads: Pick<Reads, 'linked'>,
  kind: K,
  account: string,
  owner: string,
): Promise<readonly RecordKinds[K][]> {
  const rows = await reads.linked(kind, account, linkTo.id(owner), { limit: most })
  return rows.map(({ record }) => record)
}
