import { parseArn } from '../kernel/arn.ts'
import type { Policy, PolicyKind } from '../policy/index.ts'
import { isReadyMade, managedPolicies } from '../reference/managed-policies.ts'
import { groupOf } from '../store/memberships.ts'
import type { GroupRecord, PolicyRecord, RoleRecord, UserRecord } from '../store/records.ts'
import type { RememberingStore } from '../store/remembering.ts'
import type { Reads } from '../store/store.ts'
import { createStoredPolicies, denyAll, ownPolicyBytes, policyBytes } from './policy-cache.ts'

/** A principal's identity policies, and its permissions boundary if it has one. */
export interface PrincipalPolicies {
  readonly identity: readonly Policy[]
  readonly boundary?: readonly Policy[] | undefined
}

/** About as many bytes as a principal takes, without the policies that others share. */
export const principalBytes = ({ identity, boundary }: PrincipalPolicies): number =>
  leastPrincipalBytes + ownPolicyBytes(identity) + ownPolicyBytes(boundary)
const leastPrincipalBytes = 1500

export interface PolicyReader {
  ofUser(user: UserRecord): Promise<PrincipalPolicies>
  ofRole(role: RoleRecord): Promise<PrincipalPolicies>
  /**
   * The default version of a managed policy of this account, or of a ready-made one. A missing
   * policy denies everything, because it may have had a Deny.
   */
  managed(kind: PolicyKind, account: string, arn: string): Promise<Policy>
}

type Version = PolicyRecord['versions'][number]

/**
 * The default version of a managed policy of this account, or of a ready-made one of the account's
 * partition; undefined when there is none.
 */
export async function findManagedVersion(
  reads: Pick<Reads, 'find'>,
  account: string,
  arn: string,
): Promise<Version | undefined> {
  if (isReadyMade(arn)) return findReadyMade(reads, account, arn)
  const named = parseArn(arn)
  if (named?.service !== 'iam' || named.account !== account) return undefined
  const { resource } = named
  if (!resource.startsWith('policy/')) return undefined
  const name = resource.slice(resource.lastIndexOf('/') + 1).toLowerCase()
  const record = await reads.find('policy', account, name)
  if (record?.arn !== arn) return undefined
  return record.versions.find(({ id }) => id === record.defaultVersion)
}

async function findReadyMade(
  reads: Pick<Reads, 'find'>,
  account: string,
  arn: string,
): Promise<Version | undefined> {
  const owner = await reads.find('account', account, 'account')
  const found = owner && (await managedPolicies(owner.partition)).find(arn)
  if (!found) return undefined
  const { version, document, changedAt } = found
  return { id: `v${version}`, document, createdAt: changedAt }
}

const mostPolicies = 20_000
const mostGroups = 20_000

export function createPolicyReader(
  store: Pick<RememberingStore, 'reads' | 'cache' | 'cacheBytes'>,
): PolicyReader {
  const compiled = createStoredPolicies(store.cacheBytes)
  const managedPolicies = store.cache<Policy>(mostPolicies, policyBytes)
  const groups = store.cache<readonly Policy[]>(mostGroups, ownPolicyBytes)

  async function managed(kind: PolicyKind, account: string, arn: string): Promise<Policy> {
    const found = await managedPolicies.get(`${kind} ${account} ${arn}`, async () => {
      const version = await findManagedVersion(store.reads, account, arn)
      // A ready-made policy is compiled once for all accounts.
      const owner = isReadyMade(arn) ? 'aws' : account
      return (
        version &&
        compiled.get({ kind, account: owner, id: arn, version: version.id }, version.document)
      )
    })
    return found ?? denyAll(arn)
  }

  /** A missing attached policy may have contained a Deny, so nothing is allowed. */
  async function held(
    { account, inlinePolicies, attachedPolicies }: UserRecord | GroupRecord | RoleRecord,
    owner: string,
  ): Promise<readonly Policy[]> {
    const inline = Object.entries(inlinePolicies).map(([name, text]) =>
      compiled.get({ kind: 'identity', account, id: `${owner}/${name}` }, text),
    )
    const attached = attachedPolicies.map((arn) => managed('identity', account, arn))
    return [...inline, ...(await Promise.all(attached))]
  }

  async function ofGroup(account: string, name: string): Promise<readonly Policy[]> {
    const found = await groups.get(`${account}/${name}`, async () => {
      const group = await groupOf(store.reads, account, name)
      return group && held(group, `group/${group.name}`)
    })
    return found ?? [denyAll(`group/${name}`)]
  }

  /** All that is asked at once is one round trip to a store on the network. */
  async function together(
    identity: readonly Promise<readonly Policy[]>[],
    { account, permissionsBoundary }: UserRecord | RoleRecord,
  ): Promise<PrincipalPolicies> {
    const bounded =
      permissionsBoundary === undefined
        ? undefined
        : managed('boundary', account, permissionsBoundary)
    const [boundary, ...found] = await Promise.all([bounded, ...identity])
    return { identity: found.flat(), ...(boundary && { boundary: [boundary] }) }
  }

  return {
    managed,
    ofUser(user) {
      const ofGroups = user.groups.map((name) => ofGroup(user.account, name))
      return together([held(user, `user/${user.name}`), ...ofGroups], user)
    },
    ofRole: (role) => together([held(role, `role/${role.name}`)], role),
  }
}
