import { parseArn } from '../kernel/arn.ts'
import type { Policy, PolicyKind } from '../policy/index.ts'
import type { RoleRecord, UserRecord } from '../store/records.ts'
import type { Reads } from '../store/store.ts'
import { denyAll, type PolicyCache } from './policy-cache.ts'

/** What the store says a principal may do: its identity policies, and the boundary where it has one. */
export interface PrincipalPolicies {
  readonly identity: readonly Policy[]
  readonly boundary?: readonly Policy[]
}

export interface PolicyReader {
  ofUser(user: UserRecord): Promise<PrincipalPolicies>
  ofRole(role: RoleRecord): Promise<PrincipalPolicies>
  /** The default version of a managed policy of this account; undefined when there is none. */
  managed(kind: PolicyKind, account: string, arn: string): Promise<Policy | undefined>
}

export function policyReader(reads: Reads, cache: PolicyCache): PolicyReader {
  async function managed(kind: PolicyKind, account: string, arn: string): Promise<Policy | undefined> {
    const named = parseArn(arn)
    if (named?.service !== 'iam' || named.account !== account || !named.resource.startsWith('policy/')) return undefined
    const record = await reads.find('policy', account, named.resource.slice(named.resource.lastIndexOf('/') + 1).toLowerCase())
    const version = record?.arn === arn ? record.versions.find(({ id }) => id === record.defaultVersion) : undefined
    return version && cache.get(kind, arn, version.document)
  }

  /** An attachment that leads nowhere may have been a Deny: nothing is allowed any more. */
  async function held(holder: Pick<RoleRecord, 'account' | 'inlinePolicies' | 'attachedPolicies'>, owner: string): Promise<readonly Policy[]> {
    const attached = await Promise.all(holder.attachedPolicies.map(async (arn) => (await managed('identity', holder.account, arn)) ?? denyAll(arn)))
    return [...Object.entries(holder.inlinePolicies).map(([name, text]) => cache.get('identity', `${owner}/${name}`, text)), ...attached]
  }

  async function bounded(identity: readonly Policy[], { account, permissionsBoundary }: UserRecord | RoleRecord): Promise<PrincipalPolicies> {
    if (permissionsBoundary === undefined) return { identity }
    return { identity, boundary: [(await managed('boundary', account, permissionsBoundary)) ?? denyAll(permissionsBoundary)] }
  }

  return {
    managed,
    async ofUser(user) {
      const own = await held(user, `user/${user.name}`)
      const groups = await Promise.all(user.groups.map(async (name) => {
        const group = await reads.find('group', user.account, name)
        return group ? held(group, `group/${group.name}`) : [denyAll(`group/${name}`)]
      }))
      return bounded([...own, ...groups.flat()], user)
    },
    async ofRole(role) {
      return bounded(await held(role, `role/${role.name}`), role)
    },
  }
}
