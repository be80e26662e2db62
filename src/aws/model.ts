/**
 * The wire model of a service as data (generated: src/reference/aws), and the linked form that decoding, validation,
 * encoding and redaction walk. Linking resolves shape names to objects and compiles patterns, once an operation.
 */
export interface ShapeData {
  readonly type: 'structure' | 'list' | 'map' | 'string' | 'integer' | 'boolean' | 'timestamp' | 'blob'
  /** structure: member name → shape name, in the model's order. */
  readonly members?: Readonly<Record<string, string>>
  readonly required?: readonly string[]
  /** list: shape of the members; map: shape of the values. */
  readonly of?: string
  readonly key?: string
  readonly flattened?: true
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly sensitive?: true
  /** Answered URL-encoded (RFC 3986), as IAM answers policy documents. */
  readonly urlEncoded?: true
}

export interface OperationData {
  readonly input?: string
  readonly output?: string
  /** Code on the wire → HTTP status. */
  readonly errors: Readonly<Record<string, number>>
  /** Unsigned calls only: the parameters themselves prove who calls. */
  readonly unsigned?: true
}

export interface ServiceData {
  readonly service: Service
  readonly version: string
  readonly namespace: string
  readonly shapes: Readonly<Record<string, ShapeData>>
  readonly operations: Readonly<Record<string, OperationData>>
}
export type Service = 'iam' | 'sts'

/** A shape whose references are resolved. One object a shape and service, whatever refers to it. */
export interface Shape {
  readonly name: string
  readonly type: ShapeData['type']
  readonly members: readonly Member[]
  readonly byName: ReadonlyMap<string, Member>
  readonly of: Shape | undefined
  readonly key: Shape | undefined
  readonly flattened: boolean
  readonly min: number | undefined
  readonly max: number | undefined
  /** The model's own text, which the fault's message quotes. */
  readonly patternText: string | undefined
  /** Matches whole values only. */
  readonly pattern: RegExp | undefined
  readonly enum: ReadonlySet<string> | undefined
  readonly sensitive: boolean
  readonly urlEncoded: boolean
}
export interface Member {
  readonly name: string
  /** CloudTrail's spelling: first letter lower. */
  readonly auditName: string
  readonly shape: Shape
  readonly required: boolean
}

/** What the service model says of one operation; `In`, `Out` and `Code` are carried for the compiler. */
export interface Model<In, Out, Code extends string> {
  readonly service: Service
  readonly version: string
  readonly namespace: string
  readonly name: string
  readonly input: Shape
  readonly output: Shape | undefined
  readonly errors: Readonly<Record<Code, number>>
  readonly unsigned: boolean
  /** Phantom: carries the types, never set. */
  readonly types?: { readonly in: In; readonly out: Out }
}

const linked = new WeakMap<ServiceData, Map<string, Shape>>()
const noMembers: ReadonlyMap<string, Member> = new Map()

function shapeOf(service: ServiceData, name: string): Shape {
  let shapes = linked.get(service)
  if (!shapes) {
    shapes = new Map()
    linked.set(service, shapes)
  }
  const known = shapes.get(name)
  if (known) return known
  const data = service.shapes[name]
  if (!data) throw new Error(`the model of ${service.service} has no shape \`${name}\``)
  const members: Member[] = []
  const byName = data.members ? new Map<string, Member>() : noMembers as Map<string, Member>
  const shape = {
    name, type: data.type, members, byName, of: undefined as Shape | undefined, key: undefined as Shape | undefined,
    flattened: data.flattened === true, min: data.min, max: data.max, patternText: data.pattern,
    pattern: data.pattern === undefined ? undefined : wholePattern(data.pattern),
    enum: data.enum && new Set(data.enum), sensitive: data.sensitive === true, urlEncoded: data.urlEncoded === true,
  }
  shapes.set(name, shape) // Before its members: a shape may contain itself.
  if (data.of) shape.of = shapeOf(service, data.of)
  if (data.key) shape.key = shapeOf(service, data.key)
  for (const [member, of] of Object.entries(data.members ?? {})) {
    const row: Member = {
      name: member,
      auditName: auditNameOf(member),
      shape: shapeOf(service, of),
      required: data.required?.includes(member) === true,
    }
    members.push(row)
    byName.set(member, row)
  }
  return shape
}

/** The services write Java patterns: those with `\p{…}` need the `u` flag here, and the others may not stand under it. */
function wholePattern(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'u' : '')
}

/** `RoleArn` → `roleArn`, `SAMLAssertion` → `sAMLAssertion`: as CloudTrail writes them. */
function auditNameOf(member: string): string {
  return member.slice(0, 1).toLowerCase() + member.slice(1)
}

const empty: Shape = {
  name: 'Empty', type: 'structure', members: [], byName: noMembers, of: undefined, key: undefined, flattened: false,
  min: undefined, max: undefined, patternText: undefined, pattern: undefined, enum: undefined, sensitive: false,
  urlEncoded: false,
}

/** Links one operation of a service. Throws when the data does not have it: a bug, not an input. */
export function linkModel<In, Out, Code extends string>(service: ServiceData, name: string): Model<In, Out, Code> {
  const data = service.operations[name]
  if (!data) throw new Error(`the model of ${service.service} has no operation \`${name}\``)
  return {
    service: service.service,
    version: service.version,
    namespace: service.namespace,
    name,
    input: data.input === undefined ? empty : shapeOf(service, data.input),
    output: data.output === undefined ? undefined : shapeOf(service, data.output),
    errors: data.errors as Readonly<Record<Code, number>>,
    unsigned: data.unsigned === true,
  }
}
