import type { RecordKinds } from '../../store/records.ts'
import type { Reads } from '../../store/store.ts'
import type { Call, Target } from '../operation.ts'
import { changeable, existing, findNamed, type NamedKind, namedTarget } from './entity.ts'

/** One row of a family whose operations differ only in the entity: its kind, the member that names it, the noun of quotas. */
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
  /** The question on the entity's ARN, with its tags and its boundary. */
  target(input: Named<M>, call: HolderCall, found: RecordKinds[K] | undefined, conditions?: Conditions): Target
  /** Throws NoSuchEntity. */
  existing(input: Named<M>, call: HolderCall, found: RecordKinds[K] | undefined): RecordKinds[K]
  /** As `existing`, for changes. Throws AccessDenied for what the settings put in place. */
  changeable(input: Named<M>, call: HolderCall, found: RecordKinds[K] | undefined): RecordKinds[K]
}

/** How a family's operations reach the entity that they name. */
export function holderAccess<K extends NamedKind, M extends string>({ kind, member }: Holder<K, M>): HolderAccess<K, M> {
  return {
    find: (input, call, reads) => findNamed(reads, kind, call, input[member]),
    target(input, call, found, conditions = {}) {
      // Who delegates by boundary writes conditions on the one that the entity has (IAM user guide, "Delegating responsibility to others").
      const boundary = found && 'permissionsBoundary' in found ? found.permissionsBoundary : undefined
      return namedTarget(kind, call, input[member], found, { 'iam:PermissionsBoundary': boundary, ...conditions })
    },
    existing: (input, call, found) => existing(found, kind, input[member], call),
    changeable: (input, call, found) => changeable(found, kind, input[member], call),
  }
}
