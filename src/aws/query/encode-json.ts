import type { AwsFault } from '../../kernel/aws-fault.ts'
import type { Model, Shape } from '../model.ts'
import { headerOf } from '../wire.ts'
import { faultParts } from './faults.ts'

const ofJson = /^application\/json$/i
const ofXml = /^(?:text|application)\/xml$/i

/**
 * Whether a call of STS asks for its answer in JSON: of the media types that it accepts (RFC 9110,
 * section 12.5.1), JSON comes before XML. aws-iam-authenticator, Teleport and Envoy do.
 */
export function asksForJson(rawHeaders: readonly string[]): boolean {
  const accept = headerOf(rawHeaders, 'accept')
  if (!accept?.toLowerCase().includes('json')) return false
  for (const range of accept.split(',', 20)) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
    if (parameters.some((parameter) => /^q=0(?:\.0*)?$/i.test(parameter))) continue
    if (ofJson.test(type)) return true
    if (ofXml.test(type)) return false
  }
  return false
}

/**
 * An answer as STS writes it in JSON: the XML's elements as members, lists as arrays, times as
 * seconds since 1970. Absent members are left out.
 */
export function encodeJson(
  { name, output }: Pick<Model<unknown, unknown, never>, 'name' | 'output'>,
  value: unknown,
  requestId: string,
): string {
  return JSON.stringify({
    [`${name}Response`]: {
      ...(output && { [`${name}Result`]: plain(output, value ?? {}) }),
      ResponseMetadata: { RequestId: requestId },
    },
  })
}

/** The body of a refused call in JSON. */
export function encodeJsonFault(fault: AwsFault, requestId: string): string {
  const { type, code, message } = faultParts(fault)
  return JSON.stringify({
    Error: { Type: type, Code: code, Message: message },
    RequestId: requestId,
  })
}

function plain(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        shape.members.flatMap((member) => {
          const inner = (value as Readonly<Record<string, unknown>>)[member.name]
          if (inner === undefined || inner === null) return []
          return [[member.name, plain(member.shape, inner)]]
        }),
      )
    case 'list':
      return (value as readonly unknown[]).map((member) => plain(shape.of!, member))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, of]) => [key, plain(shape.of!, of)]),
      )
    case 'timestamp':
      return Math.floor((value as Date).getTime() / 1000)
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64')
    default:
      return value
  }
}
