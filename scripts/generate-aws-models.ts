/**
 * Writes src/reference/aws/{sts,iam}.gen.ts (data) and {sts,iam}-shapes.gen.ts (types for the
 * compiler only) from the wire models in scripts/aws-models. test/aws/generated.test.ts fails when
 * one is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OperationData, ShapeData } from '../src/reference/aws/service-data.ts'

const root = join(import.meta.dirname, '..')

interface WireShape {
  type: string
  members?: Record<string, { shape: string }>
  required?: string[]
  member?: { shape: string }
  key?: { shape: string }
  value?: { shape: string }
  flattened?: boolean
  min?: number
  max?: number
  pattern?: string
  enum?: string[]
  sensitive?: boolean
  exception?: boolean
  error?: { code: string; httpStatusCode: number }
}
interface WireOperation {
  input?: { shape: string }
  output?: { shape: string }
  errors?: { shape: string }[]
  authtype?: string
}
interface Wire {
  metadata: { apiVersion: string; xmlNamespace: string }
  operations: Record<string, WireOperation>
  shapes: Record<string, WireShape>
}

/** Members that the model does not mark as sensitive and the audit trail must omit all the same. */
const alsoSensitive: Readonly<Record<string, readonly string[]>> = {
  sts: ['tokenType', 'tokenCodeType'],
  iam: ['authenticationCodeType'],
}

function shapeData(service: string, name: string, shape: WireShape): ShapeData {
  const of = shape.member?.shape ?? shape.value?.shape
  const members =
    shape.members && Object.fromEntries(Object.entries(shape.members).map(([k, v]) => [k, v.shape]))
  return {
    type: shape.type as ShapeData['type'],
    ...(members && { members }),
    ...(shape.required?.length && { required: shape.required }),
    ...(of && { of }),
    ...(shape.key && { key: shape.key.shape }),
    ...(shape.flattened && { flattened: true as const }),
    ...(shape.min !== undefined && { min: shape.min }),
    ...(shape.max !== undefined && { max: shape.max }),
    ...(shape.pattern !== undefined && { pattern: shape.pattern }),
    ...(shape.enum && { enum: shape.enum }),
    ...((shape.sensitive || alsoSensitive[service]?.includes(name)) && {
      sensitive: true as const,
    }),
    ...(service === 'iam' && name === 'policyDocumentType' && { urlEncoded: true as const }),
  }
}

function errorsOf(wire: Wire, operation: WireOperation): Record<string, number> {
  return Object.fromEntries(
    (operation.errors ?? []).map(({ shape }) => {
      const error = wire.shapes[shape]?.error
      return [error?.code ?? shape, error?.httpStatusCode ?? 400]
    }),
  )
}

function operationData(wire: Wire, operation: WireOperation): OperationData {
  return {
    ...(operation.input && { input: operation.input.shape }),
    ...(operation.output && { output: operation.output.shape }),
    errors: errorsOf(wire, operation),
    ...(operation.authtype === 'none' && { unsigned: true as const }),
  }
}

const scalars: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  boolean: 'boolean',
  timestamp: 'Date',
  blob: 'Uint8Array',
}

function typeOf(wire: Wire, name: string): string {
  const shape = wire.shapes[name]!
  if (shape.enum) return shape.enum.map((value) => `'${value}'`).join(' | ')
  if (shape.type === 'structure') return name
  if (shape.type === 'list') {
    const of = typeOf(wire, shape.member!.shape)
    return `readonly ${of.includes('|') || of.startsWith('readonly') ? `(${of})` : of}[]`
  }
  if (shape.type === 'map') return `Readonly<Record<string, ${typeOf(wire, shape.value!.shape)}>>`
  return scalars[shape.type]!
}

const banner = (source: string) =>
  `// Made by scripts/generate-aws-models.ts from scripts/aws-models/${source}.json. Do not edit.\n`

function dataFile(service: string, wire: Wire): string {
  const entries = (rows: [string, unknown][]) =>
    rows.map(([name, row]) => `    ${JSON.stringify(name)}: ${JSON.stringify(row)},\n`).join('')
  const shapes = Object.entries(wire.shapes)
    .filter(([, s]) => !s.exception)
    .map(([n, s]): [string, unknown] => [n, shapeData(service, n, s)])
  const operations = Object.entries(wire.operations).map(([n, o]): [string, unknown] => [
    n,
    operationData(wire, o),
  ])
  return `${banner(service)}import type { ServiceData } from './service-data.ts'

export const ${service}Service: ServiceData = {
  service: '${service}',
  version: '${wire.metadata.apiVersion}',
  namespace: '${wire.metadata.xmlNamespace}',
  shapes: {
${entries(shapes)}  },
  operations: {
${entries(operations)}  },
}
`
}

function shapesFile(service: string, wire: Wire): string {
  let text = banner(service)
  for (const [name, shape] of Object.entries(wire.shapes)) {
    if (shape.type !== 'structure' || shape.exception) continue
    const members = Object.entries(shape.members ?? {}).map(([member, { shape: of }]) =>
      shape.required?.includes(member)
        ? `  readonly ${member}: ${typeOf(wire, of)}\n`
        : `  readonly ${member}?: ${typeOf(wire, of)} | undefined\n`,
    )
    text += members.length
      ? `export interface ${name} {\n${members.join('')}}\n`
      : `export type ${name} = Readonly<Record<string, never>>\n`
  }
  text += '\n/** Operation → its input, its output and the codes that it declares. */\n'
  text += 'export interface Operations {\n'
  for (const [name, operation] of Object.entries(wire.operations)) {
    const codes =
      Object.keys(errorsOf(wire, operation))
        .map((code) => `'${code}'`)
        .join(' | ') || 'never'
    const input = operation.input?.shape ?? 'Readonly<Record<string, never>>'
    const output = operation.output?.shape ?? 'void'
    text += `  readonly ${name}: { in: ${input}; out: ${output}; code: ${codes} }\n`
  }
  return `${text}}\n`
}

/** Returns every file that this script generates: path → text. */
export function generateAwsModels(): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const service of ['sts', 'iam']) {
    const wire = JSON.parse(
      readFileSync(join(root, `scripts/aws-models/${service}.json`), 'utf8'),
    ) as Wire
    files.set(`src/reference/aws/${service}.gen.ts`, dataFile(service, wire))
    files.set(`src/reference/aws/${service}-shapes.gen.ts`, shapesFile(service, wire))
  }
  return files
}

if (import.meta.main) {
  for (const [path, text] of generateAwsModels()) writeFileSync(join(root, path), text)
}
