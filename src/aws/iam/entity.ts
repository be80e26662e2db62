import { iamArn } from '../../kernel/arn.ts'
import { AwsFault } from '../../kernel/aws-fault.ts'
import type { RecordKinds, Tag } from '../../store/records.ts'
import type { Reads, Writes } from '../../store/store.ts'
import type { Call, Target } from '../operation.ts'
import { resourceTagConditions, tagConditions } from '../request-context.ts'

/** The entities that are named by a name, not an ARN. Names are compared without case. */
export type NamedKind = 'user' | 'group' | 'role'

type Caller = Pick<Call<never>, 'account' | 'caller'>
interface Missing {
  fault(code: 'NoSuchEntity' | 'AccessDenied', message: string): AwsFault
}

export function findNamed<K extends NamedKind>(
  reads: Pick<Reads, 'find'>,
  kind: K,
  { account }: Caller,
  name: string,
): Promise<RecordKinds[K] | undefined> {
  return reads.find(kind, account, name.toLowerCase())
}

/** Updates an existing record under the same name. */
export async function saveNamed<K extends NamedKind>(
  writes: Pick<Writes, 'update'>,
  kind: K,
  record: RecordKinds[K],
): Promise<void> {
  await writes.update(kind, record.account, record.name.toLowerCase(), record)
}

/**
 * Returns the target to decide on: the entity's ARN, including its path, and its tags. The ARN of
 * an entity that does not exist has no path.
 */
export function namedTarget(
  kind: NamedKind,
  { account, caller }: Caller,
  name: string,
  found: RecordKinds[NamedKind] | undefined,
): Target {
  const tags = found && 'tags' in found ? found.tags : undefined
  return {
    resource: iamArn(
      { partition: caller.partition, account },
      kind,
      found?.name ?? name,
      found?.path,
    ),
    conditions: resourceTagConditions(tags),
  }
}

/** Throws NoSuchEntity. */
export function existing<K extends NamedKind>(
  found: RecordKinds[K] | undefined,
  kind: K,
  name: string,
  { fault }: Missing,
): RecordKinds[K] {
  if (!found) throw fault('NoSuchEntity', `The ${kind} with name ${name} cannot be found.`)
  return found
}

/**
 * As `existing`, for changes. Throws AccessDenied for an entity that the settings file manages,
 * because only the file may change it.
 */
export function changeable<K extends NamedKind>(
  found: RecordKinds[K] | undefined,
  kind: K,
  name: string,
  call: Missing,
): RecordKinds[K] {
  const record = existing(found, kind, name, call)
  if (record.managedBy === 'config')
    throw call.fault(
      'AccessDenied',
      `The ${kind} ${record.name} is put in place by the settings file: change it there.`,
    )
  return record
}

/**
 * As `changeable`, for what of a service-linked role only its service may change. Throws
 * UnmodifiableEntity, which every operation that changes a role in such a way declares.
 */
export function modifiable<K extends NamedKind>(
  found: RecordKinds[K] | undefined,
  kind: K,
  name: string,
  call: Missing,
): RecordKinds[K] {
  const record = changeable(found, kind, name, call)
  if ('serviceLinked' in record && record.serviceLinked !== undefined)
    throw protectedRole(record.name)
  return record
}

/** The refusal of a change to a service-linked role. */
export function protectedRole(name: string): AwsFault {
  return new AwsFault(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${name}' - ` +
      'this role is only modifiable by AWS',
  )
}

/** Throws InvalidInput: keys are compared without case, and the prefix `aws:` is reserved. */
export function checkTags(
  tags: readonly Tag[],
  { fault }: { fault(code: 'InvalidInput', message: string): AwsFault },
): readonly Tag[] {
  const keys = tags.map(({ Key }) => Key.toLowerCase())
  if (new Set(keys).size < keys.length)
    throw fault(
      'InvalidInput',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    )
  if (keys.some((key) => key.startsWith('aws:')))
    throw fault('InvalidInput', 'Tag keys that start with aws: are reserved.')
  return tags
}

/**
 * Returns the targets to decide on when an entity is created: with tags, the permission to tag is
 * required as well (IAM user guide, "Tags for IAM resources").
 */
export function creating(
  target: Target,
  tagAction: `iam:Tag${string}`,
  tags: readonly Tag[] = [],
): readonly Target[] {
  if (tags.length === 0) return [target]
  const tagged = { ...target, conditions: { ...target.conditions, ...tagConditions(tags) } }
  return [tagged, { ...tagged, action: tagAction }]
}

/**
 * Returns why an entity can't be deleted yet (IAM API reference, DeleteUser and the other delete
 * operations); undefined when nothing prevents it.
 */
export function heldBy({
  inlinePolicies,
  attachedPolicies,
}: RecordKinds[NamedKind]): string | undefined {
  if (attachedPolicies.length > 0) return 'Cannot delete entity, must detach all policies first.'
  if (Object.keys(inlinePolicies).length > 0)
    return 'Cannot delete entity, must delete policies first.'
  return undefined
}
