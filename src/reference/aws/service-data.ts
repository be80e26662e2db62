/**
 * The wire model of a service as data: what scripts/generate-aws-models.ts writes beside this file
 * (SOURCES.md says from what), and what the few operations of our own add by hand.
 */
export interface ShapeData {
  readonly type:
    | 'structure'
    | 'list'
    | 'map'
    | 'string'
    | 'integer'
    | 'boolean'
    | 'timestamp'
    | 'blob'
  /** structure: member name → shape name, in the model's order. */
  readonly members?: Readonly<Record<string, string>>
  readonly required?: readonly string[] | undefined
  /** list: shape of the members; map: shape of the values. */
  readonly of?: string | undefined
  readonly key?: string | undefined
  readonly flattened?: true | undefined
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly pattern?: string | undefined
  readonly enum?: readonly string[] | undefined
  readonly sensitive?: true | undefined
  /** Answered URL-encoded (RFC 3986), as IAM answers policy documents. */
  readonly urlEncoded?: true | undefined
}

export interface OperationData {
  readonly input?: string | undefined
  readonly output?: string | undefined
  /** Code on the wire → HTTP status. */
  readonly errors: Readonly<Record<string, number>>
  /** Unsigned calls only: the parameters themselves prove who calls. */
  readonly unsigned?: true | undefined
}

export interface ServiceData {
  readonly service: Service
  /** Absent: AWS's Query protocol. */
  readonly protocol?: 'json' | undefined
  readonly version: string
  readonly namespace: string
  readonly shapes: Readonly<Record<string, ShapeData>>
  readonly operations: Readonly<Record<string, OperationData>>
}
export type Service = 'iam' | 'sts' | 'gatehouse'
