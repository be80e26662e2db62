/** What actions.gen.json holds of one service, as JSON in a string that is read when its service is asked about; numbers are places in the other lists. */
export interface ServiceTable {
  /** Name and type as the service authorization reference has them: `String`, `ArrayOfString`, `ARN`, `Bool`, `Numeric`, `Date`, … */
  readonly keys: readonly (readonly [name: string, type: string])[]
  /** Name and ARN, in which `*` stands for what varies. */
  readonly resources: readonly (readonly [name: string, arn: string])[]
  readonly actions: readonly ServiceAction[]
}
/** `level` is the first letter of the access level; `required`: 1 when one of the resource types must be named. */
export type ServiceAction = readonly [name: string, level: string, resources: readonly number[], keys: readonly number[], required: number]
