import { slices } from '../credentials/in-slices.ts'
import { assumedRoleArn, iamArn, rootArn } from '../kernel/arn.ts'
import type { Organization, Party, Policy } from '../policy/index.ts'
import type { AnswerCache } from '../store/answers.ts'
import type { RecordKinds, RoleRecord, UserRecord } from '../store/records.ts'
import type { RememberingStore } from '../store/remembering.ts'
import { withResourceControl, withServiceControl } from './organization-layers.ts'
import { principalContext } from './principal-context.ts'
import { createPolicyReader, type PrincipalPolicies } from './principal-policies.ts'
import { trustOf } from './role-trust.ts'

/** Whose parties are wanted, and how many at most. */
export interface PartiesOf {
  readonly partition: string
  readonly account: string
  readonly organization: Organization | undefined
  readonly most: number
}

/** Users come before roles, both in order of name. */
export interface KeptParties {
  readonly parties: readonly Party[]
  readonly byArn: ReadonlyMap<string, Party>
  /** There are more. */
  readonly isCut: boolean
}

/** The root, users and roles of an account, each with everything that decides for it. */
export type Parties = (of: PartiesOf) => Promise<KeptParties>

/** So many records are read at once. */
const pageSize = 200
const mostKept = 8
/** About as many as a party takes, without its policies. */
const partyBytes = 1600

/**
 * Lists the parties of accounts, each account's in slices, and keeps them until one of the records
 * that they are made of changes. Parties with the same policies have the same list of them.
 */
export function createParties(
  store: Pick<RememberingStore, 'reads' | 'cache' | 'cacheBytes'>,
): Parties {
  const policies = createPolicyReader(store)
  const kept = new WeakMap<object, AnswerCache<KeptParties>>()
  const ofNone = {}
  const keptOf = (organization: Organization | undefined) => {
    const owner = organization ?? ofNone
    const found = kept.get(owner)
    if (found) return found
    const made = store.cache<KeptParties>(
      mostKept,
      ({ parties }: KeptParties) => parties.length * partyBytes,
    )
    kept.set(owner, made)
    return made
  }
  return async (of) => {
    const key = `${of.partition}/${of.account}/${of.most}`
    const found = await keptOf(of.organization).get(key, () => listed(store.reads, policies, of))
    return found ?? { parties: [], byArn: new Map(), isCut: false }
  }
}

async function listed(
  reads: RememberingStore['reads'],
  policies: ReturnType<typeof createPolicyReader>,
  of: PartiesOf,
): Promise<KeptParties> {
  const pause = slices()
  const shared = sharedLists()
  const levels = sharedLevels(shared)
  const arn = rootArn(of.partition, of.account)
  const principal = { kind: 'root', arn, account: of.account } as const
  const parties: Party[] = [levels(withLayers({ arn, principal, identity: shared([]) }, of))]
  let isCut = false
  const add = async <K extends 'user' | 'role'>(
    kind: K,
    most: number,
    partyFrom: (record: RecordKinds[K]) => Promise<Party>,
  ) => {
    let left = most
    for await (const record of recordsOf(reads, kind, of.account)) {
      isCut ||= left === 0
      if (left-- === 0) return
      parties.push(levels(await partyFrom(record)))
      await pause()
    }
  }
  const sharing = ({ identity, boundary }: PrincipalPolicies) => ({
    identity: shared(identity),
    boundary: boundary && shared(boundary),
  })
  // Roles are what leads from one to another: however many users there are, they have their part.
  const roles = Math.min(await reads.count('role', of.account), Math.floor(of.most / 2))
  await add('user', of.most - 1 - roles, async (record) =>
    userParty(record, sharing(await policies.ofUser(record)), of),
  )
  await add('role', of.most - parties.length, async (record) =>
    roleParty(record, sharing(await policies.ofRole(record)), of),
  )
  return { parties, byArn: new Map(parties.map((one) => [one.arn, one])), isCut }
}

/** Returns the same list for the same policies: lists are indexed, and compared, by identity. */
function sharedLists() {
  const numbers = new Map<Policy, number>()
  const lists = new Map<string, readonly Policy[]>()
  const numberOf = (policy: Policy) => {
    const known = numbers.get(policy) ?? numbers.size
    numbers.set(policy, known)
    return known
  }
  return (policies: readonly Policy[]): readonly Policy[] => {
    const name = policies.map(numberOf).join(' ')
    const list = lists.get(name) ?? policies
    lists.set(name, list)
    return list
  }
}

/** Parties with the same lists of service control policies have the same list of those. */
function sharedLevels(shared: ReturnType<typeof sharedLists>) {
  const known = new Map<string, NonNullable<Party['serviceControl']>>()
  const numbers = new Map<readonly Policy[], number>()
  return (party: Party): Party => {
    if (!party.serviceControl) return party
    const lists = party.serviceControl.map(shared)
    for (const list of lists) if (!numbers.has(list)) numbers.set(list, numbers.size)
    const name = lists.map((list) => numbers.get(list)).join(' ')
    const serviceControl = known.get(name) ?? lists
    known.set(name, serviceControl)
    return { ...party, serviceControl }
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

/** Without a session, nothing in the context depends on the time. */
const whenever = new Date(0)

function userParty(record: UserRecord, policies: PrincipalPolicies, of: PartiesOf): Party {
  const { account, id, name, path, tags } = record
  const { partition, organization } = of
  const arn = iamArn({ partition, account }, 'user', name, path)
  const facts = {
    arn,
    account,
    type: 'User' as const,
    userId: id,
    username: name,
    tags,
    now: whenever,
  }
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
  const { partition, organization } = of
  const roleArn = iamArn({ partition, account }, 'role', name, path)
  const arn = assumedRoleArn(partition, account, name, 'session')
  const userId = `${id}:session`
  const facts = { arn: roleArn, account, type: 'AssumedRole' as const, userId, tags, now: whenever }
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
