import { iamArn } from '../../kernel/arn.ts'
import type { AwsFault } from '../../kernel/aws-fault.ts'
import type { RecordKinds, Tag } from '../../store/records.ts'
import type { Reads } from '../../store/store.ts'
import type { Call, Target } from '../operation.ts'
import { resourceTagConditions, tagConditions } from '../request-context.ts'

/** The entities that are called by name; names are one when only their case differs. */
export type NamedKind = 'user' | 'group' | 'role'

type Caller = Pick<Call<never>, 'account' | 'caller'>
interface Missing { fault(code: 'NoSuchEntity' | 'AccessDenied', message: string): AwsFault }

export function findNamed<K extends NamedKind>(reads: Pick<Reads, 'find'>, kind: K, { account }: Caller, name: string): Promise<RecordKinds[K] | undefined> {
  return reads.find(kind, account, name.toLowerCase())
}

/** What a decision on the entity is about: its ARN with the path that it has, and its tags. An absent one is decided on without a path. */
export function namedTarget(kind: NamedKind, { account, caller }: Caller, name: string, found: RecordKinds[NamedKind] | undefined, conditions: Target['conditions'] = {}): Target {
  const tags = found && 'tags' in found ? found.tags : undefined
  return { resource: iamArn(caller.partition, account, kind, found?.name ?? name, found?.path), conditions: { ...resourceTagConditions(tags), ...conditions } }
}

/** Throws NoSuchEntity. */
export function existing<K extends NamedKind>(found: RecordKinds[K] | undefined, kind: K, name: string, { fault }: Missing): RecordKinds[K] {
  if (!found) throw fault('NoSuchEntity', `The ${kind} with name ${name} cannot be found.`)
  return found
}

/** As `existing`, for changes: what the settings put in place is theirs to change. Throws AccessDenied. */
export function changeable<K extends NamedKind>(found: RecordKinds[K] | undefined, kind: K, name: string, call: Missing): RecordKinds[K] {
  const record = existing(found, kind, name, call)
  if (record.managedBy === 'config') throw call.fault('AccessDenied', `The ${kind} ${record.name} is put in place by the settings file: change it there.`)
  return record
}

/** Throws InvalidInput: keys compare without case, and `aws:` is reserved. */
export function checkTags(tags: readonly Tag[], { fault }: { fault(code: 'InvalidInput', message: string): AwsFault }): readonly Tag[] {
  const keys = tags.map(({ Key }) => Key.toLowerCase())
  if (new Set(keys).size < keys.length) throw fault('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  if (keys.some((key) => key.startsWith('aws:'))) throw fault('InvalidInput', 'Tag keys that start with aws: are reserved.')
  return tags
}

/** What creating asks: with tags, the permission to tag as well (IAM user guide, "Tags for IAM resources"). */
export function creating(target: Target, tagAction: `iam:Tag${string}`, tags: readonly Tag[] = []): readonly Target[] {
  if (tags.length === 0) return [target]
  const tagged = { ...target, conditions: { ...target.conditions, ...tagConditions(tags) } }
  return [tagged, { ...tagged, action: tagAction }]
}

/** Why an entity can't go yet (IAM API reference, DeleteUser and its siblings); undefined when nothing holds it. */
export function heldBy({ inlinePolicies, attachedPolicies }: RecordKinds[NamedKind]): string | undefined {
  if (attachedPolicies.length > 0) return 'Cannot delete entity, must detach all policies first.'
  if (Object.keys(inlinePolicies).length > 0) return 'Cannot delete entity, must delete policies first.'
  return undefined
}
