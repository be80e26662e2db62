import { z } from 'zod'
import { nearest } from '../kernel/nearest.ts'
import type { Path } from './document.ts'
import { settingsSchema } from './settings.ts'

type Issue = z.core.$ZodIssue
export interface SchemaProblem {
  readonly path: Path
  /** The place is the key's, not the value's. */
  readonly atKey: boolean
  readonly message: string
}
interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly required?: readonly string[]
  readonly const?: unknown
}

/** For editors, and for the settings reference: what may be written. */
export function settingsJsonSchema(): Record<string, unknown> {
  return jsonSchemaOf(settingsSchema)
}

function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>
}

/** Each issue as one sentence: what was found, what was expected, and the key that was probably meant. */
export function schemaProblems(
  issues: readonly Issue[], value: unknown, isSecret: (path: Path) => boolean, checked: z.ZodType = settingsSchema,
): readonly SchemaProblem[] {
  const schema = jsonSchemaOf(checked) as JsonSchema
  const keysAt = (path: Path): readonly string[] => knownKeys(schema, value, path)

  const tell = (issue: Issue, base: Path): readonly SchemaProblem[] => {
    const path: Path = [...base, ...issue.path.map((part) => typeof part === 'symbol' ? String(part) : part)]
    const found = at(value, path)
    const one = (message: string, atKey = false): readonly SchemaProblem[] => [{ path, atKey, message }]
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => ({ path: [...path, key], atKey: true, message: unknownKey(key, keysAt(path)) }))
      case 'invalid_key':
        return one(`found \`${short(String(path.at(-1)))}\`: ${issue.issues.map(({ message }) => message).join(', ')}`, true)
      case 'invalid_union':
        return union(issue, path, found)
      case 'invalid_type':
        if (found === undefined) return [{ path: path.slice(0, -1), atKey: false, message: `\`${String(path.at(-1))}\` is missing: expected ${typeName(issue.expected)}` }]
        return one(`expected ${typeName(issue.expected)}, found ${describe(found, isSecret(path))}`)
      case 'invalid_value': {
        const near = typeof found === 'string' ? nearest(found, issue.values.map(String)) : undefined
        const expected = `expected ${orList(issue.values.map((one) => `\`${String(one)}\``))}, found ${describe(found, isSecret(path))}`
        return one(near ? `${expected}: did you mean \`${near}\`?` : expected)
      }
      case 'too_small':
        return one(`expected at least ${issue.minimum}${unitOf(issue.origin)}, found ${measure(found, isSecret(path))}`)
      case 'too_big':
        return one(`expected at most ${issue.maximum}${unitOf(issue.origin)}, found ${measure(found, isSecret(path))}`)
      case 'custom': case 'invalid_format':
        return one(found === undefined || typeof found === 'object' || /`/.test(issue.message) && issue.code === 'custom' && !issue.message.startsWith('expected')
          ? issue.message : `${issue.message}; found ${describe(found, isSecret(path))}`)
      default:
        return one(issue.message)
    }
  }
  const union = (issue: Extract<Issue, { code: 'invalid_union' }>, path: Path, found: unknown): readonly SchemaProblem[] => {
    if (issue.errors.length === 0) {
      const options = (issue as { options?: readonly unknown[] }).options?.map(String) ?? keysAt(path)
      const where = path.slice(0, -1)
      if (found === undefined) return [{ path: where, atKey: false, message: `\`${String(path.at(-1))}\` is missing: expected ${orList(options.map((one) => `\`${one}\``))}` }]
      const near = typeof found === 'string' ? nearest(found, options) : undefined
      return [{ path, atKey: false, message: `expected ${orList(options.map((one) => `\`${one}\``))}, found ${describe(found, isSecret(path))}${near ? `: did you mean \`${near}\`?` : ''}` }]
    }
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) {
      const known = keysAt(path)
      const strange = Object.keys(found).filter((key) => !known.includes(key))
      if (known.length > 0 && strange.length > 0) return strange.map((key) => ({ path: [...path, key], atKey: true, message: unknownKey(key, known) }))
    }
    // The branch that got furthest is the one that was meant.
    const furthest = issue.errors.filter((branch) => branch.every((one) => one.path.length > 0 || one.code !== 'invalid_type'))
    if (furthest.length > 0) return furthest[0]!.flatMap((one) => tell(one, path))
    const expected = issue.errors.flatMap((branch) => branch.map((one) => one.code === 'invalid_type' ? typeName(one.expected) : one.message))
    return [{ path, atKey: false, message: `expected ${orList([...new Set(expected)])}, found ${describe(found, isSecret(path))}` }]
  }
  return issues.flatMap((issue) => tell(issue, []))
}

export function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known)
  if (near) return `unknown key \`${short(key)}\`: did you mean \`${near}\`?`
  return `unknown key \`${short(key)}\`${known.length > 0 && known.length <= 20 ? `: expected one of ${known.join(', ')}` : ''}`
}

function knownKeys(schema: JsonSchema, value: unknown, path: Path): readonly string[] {
  let schemas: readonly JsonSchema[] = branches(schema, value)
  path.forEach((part, index) => {
    const inner = at(value, path.slice(0, index + 1))
    schemas = schemas.flatMap((one) => {
      const next = typeof part === 'number' ? one.items : (one.properties?.[part] ?? one.additionalProperties)
      return typeof next === 'object' ? branches(next, inner) : []
    })
  })
  return [...new Set(schemas.flatMap(({ properties = {} }) => Object.keys(properties)))]
}

/** Where a key such as `type` or `how` tells the branches apart, only the one that it names. */
function branches(schema: JsonSchema, value: unknown): readonly JsonSchema[] {
  const all = schema.anyOf ?? schema.oneOf
  if (!all) return [schema]
  const named = all.filter(({ properties = {} }) => Object.entries(properties).some(([key, one]) => one.const !== undefined && at(value, [key]) === one.const))
  return (named.length > 0 ? named : all).flatMap((one) => branches(one, value))
}

function at(value: unknown, path: Path): unknown {
  let here = value
  for (const part of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined
    here = (here as Record<string | number, unknown>)[part]
  }
  return here
}

const typeNames: Readonly<Record<string, string>> = { string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false', object: 'a map', record: 'a map', array: 'a list' }
function typeName(expected: string): string {
  return typeNames[expected] ?? expected
}

function describe(value: unknown, secret: boolean): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'a map'
  return secret ? 'a text that is not shown' : `\`${short(String(value))}\``
}

function measure(value: unknown, secret: boolean): string {
  if (typeof value === 'string') return `${value.length}`
  return Array.isArray(value) ? `${value.length}` : describe(value, secret)
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : ''
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 57)}…` : line
}

function orList(options: readonly string[]): string {
  return options.length < 2 ? options.join('') : `${options.slice(0, -1).join(', ')} or ${options.at(-1)}`
}
