import type { AccessLevel, KeyType } from '../policy/index.ts'

/**
 * A company's own service as the settings declare it: what AWS's service authorization reference
 * says of one of AWS's.
 */
export interface OwnService {
  readonly prefix: string
  readonly actions: readonly OwnServiceAction[]
  readonly resources: readonly OwnResource[]
  readonly keys: readonly {
    readonly name: string
    readonly type: KeyType
    readonly multivalued: boolean
  }[]
}
export interface OwnServiceAction {
  readonly name: string
  readonly level: AccessLevel
  /** Names of resource types; empty: the action acts on `*` only. */
  readonly resources: readonly string[]
  /** Names of condition keys, without those of the resource types. */
  readonly keys: readonly string[]
}
export interface OwnResource {
  readonly name: string
  /** ARN with `*` for what varies. */
  readonly arn: string
  readonly keys: readonly string[]
}

/** The condition keys that a request of the action may have: its own and those of its types. */
export function keysOfAction(
  { resources, keys }: OwnServiceAction,
  service: Pick<OwnService, 'resources'>,
): readonly string[] {
  const ofTypes = service.resources
    .filter(({ name }) => resources.includes(name))
    .flatMap((type) => type.keys)
  return [...new Set([...keys, ...ofTypes])]
}
