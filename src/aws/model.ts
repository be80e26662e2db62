import type { AwsFaultCode } from '../kernel/aws-fault.ts'
import type { Service, ServiceData, ShapeData } from '../reference/aws/service-data.ts'

/**
 * A shape of a service's model whose references are resolved and whose pattern is compiled: what
 * decoding, validation, encoding and redaction walk. One object a shape and service, whatever
 * refers to it.
 */
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
  /** The model's text of the pattern, quoted in messages. */
  readonly patternText: string | undefined
  /** Matches whole values only. */
  readonly pattern: RegExp | undefined
  readonly enum: ReadonlySet<string> | undefined
  readonly sensitive: boolean
  readonly urlEncoded: boolean
}
export interface Member {
  readonly name: string
  /** CloudTrail's spelling: with a lower-case first letter. */
  readonly auditName: string
  readonly shape: Shape
  readonly required: boolean
}

/** The service model of one operation; `In`, `Out` and `Code` are for the compiler only. */
export interface Model<In, Out, Code extends AwsFaultCode> {
  readonly service: Service
  /** `json`: called at a path of its own, never by `Action=`. */
  readonly protocol: 'query' | 'json'
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
/** AWS knows codes of six digits; ours also come from hardware devices that show eight. */
const longerThanModel: Readonly<Record<string, number>> = {
  authenticationCodeType: 8,
  tokenCodeType: 8,
}
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
  const byName = data.members ? new Map<string, Member>() : (noMembers as Map<string, Member>)
  const shape = {
    name,
    type: data.type,
    members,
    byName,
    of: undefined as Shape | undefined,
    key: undefined as Shape | undefined,
    flattened: data.flattened === true,
    min: data.min,
    max: longerThanModel[name] ?? data.max,
    patternText: data.pattern,
    pattern: data.pattern === undefined ? undefined : wholePattern(data.pattern),
    enum: data.enum && new Set(data.enum),
    sensitive: data.sensitive === true,
    urlEncoded: data.urlEncoded === true,
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

/**
 * The services write Java patterns: those with `\p{…}` need the `u` flag here, and the others may
 * not stand under it.
 */
function wholePattern(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'u' : '')
}

/** `RoleArn` → `roleArn`, `SAMLAssertion` → `sAMLAssertion`: as CloudTrail writes them. */
function auditNameOf(member: string): string {
  return member.slice(0, 1).toLowerCase() + member.slice(1)
}

const empty: Shape = {
  name: 'Empty',
  type: 'structure',
  members: [],
  byName: noMembers,
  of: undefined,
  key: undefined,
  flattened: false,
  min: undefined,
  max: undefined,
  patternText: undefined,
  pattern: undefined,
  enum: undefined,
  sensitive: false,
  urlEncoded: false,
}

/** Links one operation of a service. Throws when the data does not have it: a bug, not an input. */
export function linkModel<In, Out, Code extends AwsFaultCode>(
  service: ServiceData,
  name: string,
): Model<In, Out, Code> {
  const data = service.operations[name]
  if (!data) throw new Error(`the model of ${service.service} has no operation \`${name}\``)
  return {
    service: service.service,
    protocol: service.protocol ?? 'query',
    version: service.version,
    namespace: service.namespace,
    name,
    input: data.input === undefined ? empty : shapeOf(service, data.input),
    output: data.output === undefined ? undefined : shapeOf(service, data.output),
    errors: data.errors as Readonly<Record<Code, number>>,
    unsigned: data.unsigned === true,
  }
}
