import { assumedRoleArn, iamArn } from '../../../kernel/arn.ts'
import type { Principal } from '../../../policy/index.ts'
import { parseManaged } from '../../../reference/managed-policies.ts'
import { denyAll } from '../../../sessions/policy-cache.ts'
import { principalContext } from '../../../sessions/principal-context.ts'
import { findManagedVersion } from '../../../sessions/principal-policies.ts'
import { groupOf } from '../../../store/memberships.ts'
import type { RecordKinds } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call } from '../../operation.ts'
import type { NamedKind } from '../entity.ts'
import { type Source, sourceArn } from '../policy-source.ts'
import type { SimulatedPolicy } from './simulated-policy.ts'

/** Returns the policies of an entity, of a user also those of the user's groups. */
export async function policiesOfSource(
  { kind, record }: Source,
  reads: Pick<Reads, 'find'>,
): Promise<readonly SimulatedPolicy[]> {
  const own = await held(kind, record, reads)
  const names = kind === 'user' ? record.groups : []
  const groups = await Promise.all(
    names.map(async (name) => {
      const group = await groupOf(reads, record.account, name)
      return group ? held('group', group, reads) : [missing(`group/${name}`)]
    }),
  )
  return [...own, ...groups.flat()]
}

async function held(
  kind: NamedKind,
  { account, name, inlinePolicies, attachedPolicies }: RecordKinds[NamedKind],
  reads: Pick<Reads, 'find'>,
): Promise<readonly SimulatedPolicy[]> {
  const inline = Object.entries(inlinePolicies).map(([policy, text]) => ({
    ...stored('identity', { arn: '', id: `${kind}_${name}_${policy}` }, text),
    held: { kind, holder: name, name: policy },
  }))
  const attached = attachedPolicies.map((arn) => managedPolicy('identity', account, arn, reads))
  return [...inline, ...(await Promise.all(attached))]
}

/** The permissions boundary of an entity; undefined when it has none. */
export async function boundaryOfSource(
  { record }: Source,
  reads: Pick<Reads, 'find'>,
): Promise<SimulatedPolicy | undefined> {
  const arn = 'permissionsBoundary' in record ? record.permissionsBoundary : undefined
  return arn === undefined ? undefined : managedPolicy('boundary', record.account, arn, reads)
}

export async function managedPolicy(
  kind: 'identity' | 'boundary' | 'session',
  account: string,
  arn: string,
  reads: Pick<Reads, 'find'>,
): Promise<SimulatedPolicy> {
  const version = await findManagedVersion(reads, account, arn)
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  const found = version ? stored(kind, { arn, id: name }, version.document) : missing(name)
  return { ...found, arn }
}

/** As in decisions: a document that does not parse, or is gone, denies everything. */
function stored(
  kind: 'identity' | 'boundary' | 'session',
  source: { readonly arn: string; readonly id: string },
  text: string,
): SimulatedPolicy {
  const parsed = parseManaged(kind, source, text)
  const { id: sourceId } = source
  return parsed.ok ? { sourceId, policy: parsed.policy, text } : missing(sourceId)
}

function missing(sourceId: string): SimulatedPolicy {
  return { sourceId, policy: denyAll(sourceId), text: '' }
}

type SourceCall = Pick<Call<never>, 'account' | 'caller' | 'now'>

/**
 * Who makes the simulated calls with these policies; a group's member has no name. `session`: the
 * name of a role's session.
 */
export function principalOfSource(
  source: Source,
  call: SourceCall,
  session = 'simulation',
): Principal {
  const { kind, record } = source
  const { account, id, name } = record
  const ofEntity = sourceArn(source, call)
  if (kind === 'user') return { kind: 'user', arn: ofEntity, account, entityId: id }
  if (kind === 'group') return someUser(call)
  const arn = assumedRoleArn(call.caller.partition, account, name, session)
  return { kind: 'assumed-role', arn, account, entityId: id, roleArn: ofEntity }
}

/** A user of the account whom no policy names. */
export function someUser({ account, caller }: Pick<SourceCall, 'account' | 'caller'>): Principal {
  const arn = iamArn({ partition: caller.partition, account }, 'user', '*')
  return { kind: 'user', arn, account }
}

/** The condition keys that depend on the entity; none for a group. */
export function contextOfSource(
  source: Source,
  call: SourceCall,
  session = 'simulation',
): ReadonlyMap<string, readonly string[]> {
  const { kind, record } = source
  if (kind === 'group') return new Map()
  const { account, id, tags } = record
  const isUser = kind === 'user'
  return principalContext({
    arn: sourceArn(source, call),
    account,
    type: isUser ? 'User' : 'AssumedRole',
    userId: isUser ? id : `${id}:${session}`,
    username: isUser ? record.name : undefined,
    tags,
    member: call.caller.organization?.of(account),
    now: call.now,
  })
}
