import { assumedRoleArn, iamArn, rootArn } from '../kernel/arn.ts'
import type { Organization, Party } from '../policy/index.ts'
import type { RoleRecord, UserRecord } from '../store/records.ts'
import type { RememberingStore } from '../store/remembering.ts'
import { withResourceControl, withServiceControl } from './organization-layers.ts'
import { principalContext } from './principal-context.ts'
import { createPolicyReader, type PrincipalPolicies } from './principal-policies.ts'
import { trustOf } from './role-trust.ts'

/** Whose parties are wanted, and when. */
export interface PartiesOf {
  readonly partition: string
  readonly account: string
  readonly organization: Organization | undefined
  readonly now: Date
}

/** The root, users and roles of an account, each with everything that decides for it. */
export type Parties = (of: PartiesOf) => AsyncGenerator<Party>

/** So many records are read at once. */
const pageSize = 200

/** Lists the parties of accounts from the current records. */
export function createParties(
  store: Pick<RememberingStore, 'reads' | 'cache' | 'cacheBytes'>,
): Parties {
  const policies = createPolicyReader(store)
  return async function* partiesOf(of) {
    const arn = rootArn(of.partition, of.account)
    const principal = { kind: 'root', arn, account: of.account } as const
    yield withLayers({ arn, principal, identity: [] }, of)
    for await (const record of recordsOf(store.reads, 'user', of.account))
      yield userParty(record, await policies.ofUser(record), of)
    for await (const record of recordsOf(store.reads, 'role', of.account))
      yield roleParty(record, await policies.ofRole(record), of)
  }
}

async function* recordsOf<K extends 'user' | 'role'>(
  reads: RememberingStore['reads'],
  kind: K,
  account: string,
) {
  let after: string | undefined
  do {
    const page = await reads.list(kind, account, { limit: pageSize, ...(after && { after }) })
    for (const { record } of page) yield record
    after = page.length < pageSize ? undefined : page.at(-1)?.key
  } while (after !== undefined)
}

function userParty(record: UserRecord, policies: PrincipalPolicies, of: PartiesOf): Party {
  const { account, id, name, path, tags } = record
  const { partition, organization, now } = of
  const arn = iamArn({ partition, account }, 'user', name, path)
  const facts = { arn, account, type: 'User' as const, userId: id, username: name, tags, now }
  return withLayers(
    {
      arn,
      principal: { kind: 'user', arn, account, userArn: arn, entityId: id },
      ...policiesOf(policies),
      context: principalContext({ ...facts, member: organization?.of(account) }),
    },
    of,
  )
}

function roleParty(record: RoleRecord, policies: PrincipalPolicies, of: PartiesOf): Party {
  const { account, id, name, path, tags } = record
  const { partition, organization, now } = of
  const roleArn = iamArn({ partition, account }, 'role', name, path)
  const arn = assumedRoleArn(partition, account, name, 'session')
  const userId = `${id}:session`
  const facts = { arn: roleArn, account, type: 'AssumedRole' as const, userId, tags, now }
  return withLayers(
    {
      arn: roleArn,
      principal: { kind: 'assumed-role', arn, account, roleArn, entityId: id },
      ...policiesOf(policies),
      trust: trustOf(record),
      context: principalContext({ ...facts, member: organization?.of(account) }),
    },
    of,
  )
}

function policiesOf({ identity, boundary }: PrincipalPolicies) {
  return { identity, ...(boundary && { boundary }) }
}

/** Adds what the organization of the account says. */
function withLayers(party: Party, { account, organization }: PartiesOf): Party {
  const { principal, identity } = party
  const { serviceControl } = withServiceControl({ identity }, principal, organization)
  const question = { principal, resourceAccount: account }
  const { resourceControl } = withResourceControl({ identity }, question, organization)
  return {
    ...party,
    ...(serviceControl && { serviceControl }),
    ...(resourceControl && { resourceControl }),
  }
}
