import type { z } from 'zod'
import { nearest } from '../kernel/nearest.ts'
import type { Path } from './document.ts'
import { type JsonSchema, jsonSchemaOf, knownKeys, valueAt } from './json-schema.ts'
import { settingsSchema } from './settings.ts'

type Issue = z.core.$ZodIssue
type Code = Issue['code']
type IssueOf<C extends Code> = Extract<Issue, { code: C }>

export interface SchemaProblem {
  readonly path: Path
  /** The position is that of the key, not of the value. */
  readonly atKey: boolean
  readonly message: string
}

/** A value and the schema that it was checked against. */
interface Checked {
  readonly schema: JsonSchema
  readonly value: unknown
  readonly isSecret: (path: Path) => boolean
}
/** The place in the settings that an issue is about. */
interface Place {
  readonly checked: Checked
  readonly path: Path
  readonly found: unknown
}
type Telling<C extends Code> = (issue: IssueOf<C>, place: Place) => readonly SchemaProblem[]

/**
 * Describes each issue in one sentence: what was found, what was expected, and the key that was
 * probably meant.
 */
export function schemaProblems(
  issues: readonly Issue[],
  value: unknown,
  isSecret: (path: Path) => boolean,
  schema: z.ZodType = settingsSchema,
): readonly SchemaProblem[] {
  const checked = { schema: jsonSchemaOf(schema) as JsonSchema, value, isSecret }
  return issues.flatMap((issue) => problemsOf(issue, [], checked))
}

/** Issues inside a union have paths relative to the union, which is at `base`. */
function problemsOf(issue: Issue, base: Path, checked: Checked): readonly SchemaProblem[] {
  const own = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
  const path: Path = [...base, ...own]
  // Each row takes only the issues of its own code, which the compiler can't infer here.
  const tell = tellings[issue.code] as Telling<Code>
  return tell(issue, { checked, path, found: valueAt(checked.value, path) })
}

const asItSays = ({ message }: Issue, place: Place) => ofValue(place, message)

const tellings: { readonly [C in Code]: Telling<C> } = {
  unrecognized_keys: ({ keys }, place) => unknownKeys(keys, knownKeysAt(place), place.path),
  invalid_key({ issues }, { path }) {
    const why = issues.map(({ message }) => message).join(', ')
    return [{ path, atKey: true, message: `found \`${short(String(path.at(-1)))}\`: ${why}` }]
  },
  invalid_union: (issue, place) =>
    issue.errors.length === 0 ? unknownVariant(issue, place) : noBranch(issue, place),
  invalid_type({ expected }, place) {
    if (place.found === undefined) return missing(place, typeName(expected))
    return ofValue(place, `expected ${typeName(expected)}, found ${described(place)}`)
  },
  invalid_value: ({ values }, place) => noneOf(values.map(String), place),
  too_small: ({ minimum, origin }, place) =>
    ofValue(place, `expected at least ${minimum}${unitOf(origin)}, found ${measured(place)}`),
  too_big: ({ maximum, origin }, place) =>
    ofValue(place, `expected at most ${maximum}${unitOf(origin)}, found ${measured(place)}`),
  custom: (issue, place) =>
    // A message that quotes something already states what was found.
    issue.message.includes('`') && !issue.message.startsWith('expected')
      ? asItSays(issue, place)
      : withValue(issue, place),
  invalid_format: (issue, place) => withValue(issue, place),
  not_multiple_of: asItSays,
  invalid_element: asItSays,
}

function ofValue({ path }: Place, message: string): readonly SchemaProblem[] {
  return [{ path, atKey: false, message }]
}

function withValue({ message }: Issue, place: Place): readonly SchemaProblem[] {
  const { found } = place
  const shown = found !== undefined && typeof found !== 'object'
  return ofValue(place, shown ? `${message}; found ${described(place)}` : message)
}

function missing({ path }: Place, expected: string): readonly SchemaProblem[] {
  const message = `\`${String(path.at(-1))}\` is missing: expected ${expected}`
  return [{ path: path.slice(0, -1), atKey: false, message }]
}

function noneOf(options: readonly string[], place: Place): readonly SchemaProblem[] {
  const { found } = place
  const near = typeof found === 'string' ? nearest(found, options) : undefined
  const expected = `expected ${orList(options.map(quoted))}, found ${described(place)}`
  return ofValue(place, near ? `${expected}: did you mean \`${near}\`?` : expected)
}

function unknownKeys(
  keys: readonly string[],
  known: readonly string[],
  path: Path,
): readonly SchemaProblem[] {
  return keys.map((key) => ({ path: [...path, key], atKey: true, message: unknownKey(key, known) }))
}

/** Describes a union whose discriminating key is missing or has an unknown value. */
function unknownVariant(issue: IssueOf<'invalid_union'>, place: Place): readonly SchemaProblem[] {
  const { options } = issue as { options?: readonly unknown[] }
  const known = options?.map(String) ?? knownKeysAt(place)
  return place.found === undefined
    ? missing(place, orList(known.map(quoted)))
    : noneOf(known, place)
}

function noBranch({ errors }: IssueOf<'invalid_union'>, place: Place): readonly SchemaProblem[] {
  const { checked, path, found } = place
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) {
    const known = knownKeysAt(place)
    const strange = Object.keys(found).filter((key) => !known.includes(key))
    if (known.length > 0 && strange.length > 0) return unknownKeys(strange, known, path)
  }
  // The branch that got furthest is most likely the intended one.
  const furthest = errors.find((branch) =>
    branch.every((one) => one.path.length > 0 || one.code !== 'invalid_type'),
  )
  if (furthest) return furthest.flatMap((one) => problemsOf(one, path, checked))
  const expected = errors.flatMap((branch) =>
    branch.map((one) => (one.code === 'invalid_type' ? typeName(one.expected) : one.message)),
  )
  return ofValue(place, `expected ${orList([...new Set(expected)])}, found ${described(place)}`)
}

function knownKeysAt({ checked: { schema, value }, path }: Place): readonly string[] {
  return knownKeys(schema, value, path)
}

export function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known)
  const unknown = `unknown key \`${short(key)}\``
  if (near) return `${unknown}: did you mean \`${near}\`?`
  return known.length > 0 && known.length <= 20
    ? `${unknown}: expected one of ${known.join(', ')}`
    : unknown
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
}
function typeName(expected: string): string {
  return typeNames[expected] ?? expected
}

function described({ found, path, checked }: Place): string {
  if (found === null) return 'nothing'
  if (Array.isArray(found)) return `a list of ${found.length}`
  if (typeof found === 'object') return 'a map'
  return checked.isSecret(path) ? 'a text that is not shown' : quoted(short(String(found)))
}

function measured(place: Place): string {
  const { found } = place
  return typeof found === 'string' || Array.isArray(found) ? `${found.length}` : described(place)
}

const units: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' }
function unitOf(origin: string): string {
  return units[origin] ?? ''
}

function quoted(text: string): string {
  return `\`${text}\``
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 57)}…` : line
}

function orList(options: readonly string[]): string {
  return options.length < 2
    ? options.join('')
    : `${options.slice(0, -1).join(', ')} or ${options.at(-1)}`
}
