import type { AccessKeyRecord, GroupRecord, MfaDeviceRecord, RecordKind, RecordKinds, RoleRecord, UserRecord } from './records.ts'

/**
 * What a record points at, and is found by (`Reads.linked`). Every adapter keeps these beside the record, in the same
 * transaction. A new kind of link needs a migration for the records that are there.
 */
export const linkTo = {
  /** Users → a group, by its folded name. */
  group: (name: string) => `group/${name.toLowerCase()}`,
  /** Users, groups and roles → a managed policy that is attached to them. */
  policy: (arn: string) => `policy/${arn}`,
  /** Users and roles → their permissions boundary. */
  boundary: (arn: string) => `boundary/${arn}`,
  /** Access keys (of account `*`) and MFA devices → whose they are; undefined: the account's root. */
  owner: (account: string, userName: string | undefined) => (userName === undefined ? `${account}/root` : `${account}/user/${userName.toLowerCase()}`),
} as const

export function linksOf<K extends RecordKind>(kind: K, record: RecordKinds[K]): readonly string[] {
  const row = rows[kind]
  return row ? [...new Set(row(record as never))] : []
}

const rows: Readonly<Partial<Record<RecordKind, (record: never) => readonly string[]>>> = {
  user: ({ groups, attachedPolicies, permissionsBoundary }: UserRecord) =>
    [...groups.map(linkTo.group), ...attachedPolicies.map(linkTo.policy), ...boundaryLink(permissionsBoundary)],
  group: ({ attachedPolicies }: GroupRecord) => attachedPolicies.map(linkTo.policy),
  role: ({ attachedPolicies, permissionsBoundary }: RoleRecord) => [...attachedPolicies.map(linkTo.policy), ...boundaryLink(permissionsBoundary)],
  accessKey: ({ owner, userName }: AccessKeyRecord) => [linkTo.owner(owner, userName)],
  mfaDevice: ({ account, enabled }: MfaDeviceRecord) => (enabled ? [linkTo.owner(account, enabled.userName)] : []),
}

const boundaryLink = (arn: string | undefined) => (arn === undefined ? [] : [linkTo.boundary(arn)])
