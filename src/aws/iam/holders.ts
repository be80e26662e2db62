import type { RecordKinds } from '../../store/records.ts'
import type { Reads, Writes } from '../../store/store.ts'
import type { Call, Target } from '../operation.ts'
import {
  changeable,
  existing,
  findNamed,
  modifiable,
  type NamedKind,
  namedTarget,
  saveNamed,
} from './entity.ts'

/**
 * The properties in which otherwise equal operations on users, groups and roles differ: the kind of
 * entity, the input member that names it, the noun in the names of quotas.
 */
export interface Holder<K extends NamedKind = NamedKind, M extends string = string> {
  readonly kind: K
  readonly member: M
  readonly noun: 'User' | 'Group' | 'Role'
}
export const user = { kind: 'user', member: 'UserName', noun: 'User' } as const satisfies Holder
export const group = { kind: 'group', member: 'GroupName', noun: 'Group' } as const satisfies Holder
export const role = { kind: 'role', member: 'RoleName', noun: 'Role' } as const satisfies Holder

export type Named<M extends string> = Readonly<Record<M, string>>
type HolderCall = Call<'NoSuchEntity'>
type Conditions = NonNullable<Target['conditions']>

export interface HolderAccess<K extends NamedKind, M extends string> {
  find(input: Named<M>, call: HolderCall, reads: Reads): Promise<RecordKinds[K] | undefined>
  /** Returns the target to decide on: the entity's ARN, with its tags and its boundary. */
  target(
    input: Named<M>,
    call: HolderCall,
    found: RecordKinds[K] | undefined,
    conditions?: Conditions | undefined,
  ): Target
  /** Throws NoSuchEntity. */
  existing(input: Named<M>, call: HolderCall, found: RecordKinds[K] | undefined): RecordKinds[K]
  /** As `existing`, for changes. Throws AccessDenied for what the settings file manages. */
  changeable(input: Named<M>, call: HolderCall, found: RecordKinds[K] | undefined): RecordKinds[K]
  /** As `changeable`. Throws UnmodifiableEntity for a service-linked role. */
  modifiable(input: Named<M>, call: HolderCall, found: RecordKinds[K] | undefined): RecordKinds[K]
  /** Updates an existing record under the same name. */
  save(writes: Pick<Writes, 'update'>, record: RecordKinds[K]): Promise<void>
}

/** Returns the functions by which operations find, check and save the entity that they name. */
export function holderAccess<K extends NamedKind, M extends string>({
  kind,
  member,
}: Holder<K, M>): HolderAccess<K, M> {
  return {
    find: (input, call, reads) => findNamed(reads, kind, call, input[member]),
    target(input, call, found, conditions = {}) {
      // Policies that delegate by permissions boundary put conditions on the entity's current
      // boundary (IAM user guide, "Delegating responsibility to others").
      const boundary =
        found && 'permissionsBoundary' in found ? found.permissionsBoundary : undefined
      const named = namedTarget(kind, call, input[member], found)
      return {
        ...named,
        conditions: { ...named.conditions, 'iam:PermissionsBoundary': boundary, ...conditions },
      }
    },
    existing: (input, call, found) => existing(found, kind, input[member], call),
    changeable: (input, call, found) => changeable(found, kind, input[member], call),
    modifiable: (input, call, found) => modifiable(found, kind, input[member], call),
    save: (writes, record) => saveNamed(writes, kind, record),
  }
}
