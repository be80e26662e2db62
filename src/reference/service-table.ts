/**
 * One service of actions.gen.json, stored as JSON in a string that is parsed when the service is
 * first looked up. Numbers are indexes into the other lists.
 */
export interface ServiceTable {
  /**
   * Name and type as in the service authorization reference: `String`, `ArrayOfString`, `ARN`,
   * `Bool`, `Numeric`, `Date`, …
   */
  readonly keys: readonly (readonly [name: string, type: string])[]
  /** Name, and ARN with `*` for what varies. */
  readonly resources: readonly (readonly [name: string, arn: string])[]
  readonly actions: readonly ServiceAction[]
}
/**
 * `level` is the first letter of the access level; `required`: 1 when one of the resource types
 * must be named.
 */
export type ServiceAction = readonly [
  name: string,
  level: string,
  resources: readonly number[],
  keys: readonly number[],
  required: number,
]
