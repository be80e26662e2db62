/**
 * Writes docs/settings.md and config/gatehouse.schema.json from the settings schema.
 * test/config/generated.test.ts fails when one of them is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { settingsJsonSchema } from '../src/config/json-schema.ts'
import { reloadedSections } from '../src/config/takes-effect.ts'

interface Schema {
  readonly description?: string
  readonly type?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly required?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly title?: string
}

const must = '**Required.** '
const names: Readonly<Record<string, string>> = { connectors: 'ID', accounts: 'ACCOUNT' }
const intro = () => `# Settings

Made by \`scripts/generate-settings-docs.ts\` from the schema that checks the file.
\`config/gatehouse.example.yaml\` shows every key in its place; \`config/gatehouse.schema.json\`
lets editors complete and check them (first line:
\`# yaml-language-server: $schema=…/gatehouse.schema.json\`). \`gatehouse check --config FILE\`
reports every mistake with file, line and column.

- The file is YAML 1.2, at most 8 MiB. Duplicate keys, unknown keys and a second document are
  mistakes.
- \`\${env:NAME}\` stands for an environment variable, \`\${file:PATH}\` for the content of a file
  without its last line end (relative to the settings file). Policies and mappings are excepted,
  because they have \`\${…}\` of their own. A secret in plain text gives a warning.
- Durations are \`90s\`, \`15m\`, \`1h30m\`, \`7d\`, or a number of seconds.
- A changed file, or SIGHUP, reloads ${listed(reloadedSections)}.
  A file with a mistake is refused as a whole, and the settings in force stay. Other sections take
  effect at the next start.
`

/** Returns the JSON Schema for editors, as text. */
export function schemaText(): string {
  const schema = settingsJsonSchema()
  return `${JSON.stringify(
    { ...schema, title: 'Gatehouse settings' },
    (key, value: unknown) => {
      // The bounds of a JavaScript number are of no use to the reader.
      return (key === 'minimum' || key === 'maximum') &&
        Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER
        ? undefined
        : value
    },
    2,
  )}\n`
}

/** Returns the whole settings reference. */
export function settingsText(): string {
  const { properties = {}, required = [] } = settingsJsonSchema() as Schema
  return (
    intro() +
    Object.entries(properties)
      .map(
        ([key, schema]) => `
## ${key}
${sentence(schema.description)}${required.includes(key) ? ' Required.' : ''}

| key | value | meaning |
|---|---|---|
${rows(key, schema, required.includes(key) ? must : '').join('')}`,
      )
      .join('')
  )
}

function rows(path: string, schema: Schema, need: string): readonly string[] {
  if (isTextOrKeys(schema)) {
    const keys = inner(path, { anyOf: schema.anyOf!.filter(({ properties }) => properties) })
    return [row(path, { ...schema, title: 'text, or one of its keys' }, need), ...keys]
  }
  const own =
    schema.properties ||
    schema.oneOf ||
    schema.anyOf?.some(({ properties }) => properties) ||
    valuesOf(schema) ||
    schema.items?.properties
      ? []
      : [row(path, schema, need)]
  return [...own, ...inner(path, schema)]
}

/** A text, or several objects that stand for each other. */
function isTextOrKeys({ anyOf = [] }: Schema): boolean {
  const objects = anyOf.filter(({ properties }) => properties)
  return objects.length > 1 && anyOf.some(({ type }) => type === 'string')
}

function inner(path: string, schema: Schema): readonly string[] {
  const branches = schema.anyOf ?? schema.oneOf ?? []
  const values = valuesOf(schema)
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, one]) =>
      rows(`${path}.${key}`, one, isRequired(schema, key, one) ? must : ''),
    ),
    ...(values ? rows(`${path}.${names[path] ?? 'NAME'}`, values, '') : []),
    ...(schema.items?.properties || schema.items?.anyOf ? inner(`${path}[]`, schema.items) : []),
    ...branches
      .filter(({ properties }) => properties)
      .flatMap((branch) => {
        const own = ownKeys(branches)
        if (own.length === branches.length) return alternative(path, branch, own)
        const which = Object.entries(branch.properties!).find(([, one]) => one.const !== undefined)
        const label = which ? [branchRow(path, ...which)] : []
        const others = {
          ...branch,
          properties: Object.fromEntries(
            Object.entries(branch.properties!).filter(([, one]) => one.const === undefined),
          ),
        }
        return [...label, ...inner(path, others)]
      }),
  ]
}

const isRequired = ({ required }: Schema, key: string, one: Schema): boolean =>
  required?.includes(key) === true && one.default === undefined

/**
 * Returns the key by which each branch is told from the others, where no key with a fixed value
 * tells them apart: the first that a branch requires and that no other has.
 */
function ownKeys(branches: readonly Schema[]): readonly string[] {
  return branches.flatMap((branch) => {
    const others = branches.filter((one) => one !== branch)
    const isOwn = (key: string) => others.every(({ properties }) => !(key in (properties ?? {})))
    const fixed = Object.values(branch.properties ?? {}).some((one) => one.const !== undefined)
    return fixed ? [] : (branch.required?.find(isOwn) ?? [])
  })
}

/** The rows of one branch of which a file gives exactly one, told by the key of its own. */
function alternative(path: string, branch: Schema, own: readonly string[]): readonly string[] {
  const properties = branch.properties!
  const which = own.find((key) => key in properties)!
  const needOf = (key: string, one: Schema): string => {
    if (key === which) return `**One of ${listed(own)}.** `
    return isRequired(branch, key, one) ? `**Required with \`${which}\`.** ` : `With \`${which}\`. `
  }
  return Object.entries(properties).flatMap(([key, one]) =>
    rows(`${path}.${key}`, one, needOf(key, one)),
  )
}

/**
 * Returns the schema of a map's values when they have keys of their own; a map of plain texts is
 * one row.
 */
function valuesOf({ additionalProperties: values }: Schema): Schema | undefined {
  return typeof values === 'object' && (values.properties || values.oneOf) ? values : undefined
}

function branchRow(path: string, key: string, { const: value, description }: Schema): string {
  return `| **\`${path}\`, ${key}: ${String(value)}** | | ${cell(description)} |\n`
}

function row(path: string, schema: Schema, need: string): string {
  const standard =
    schema.default === undefined
      ? ''
      : ` Default: \`${JSON.stringify(schema.default).replaceAll('|', '\\|')}\`.`
  const what = `${need}${sentence(cell(schema.description))}`
  return `| \`${path}\` | ${cell(kindOf(schema))} | ${what}${standard} |\n`
}

function kindOf(schema: Schema): string {
  if (schema.title) return schema.title
  if (schema.const !== undefined) return `\`${String(schema.const)}\``
  if (schema.enum) return schema.enum.map((one) => `\`${String(one)}\``).join(', ')
  const branches = schema.anyOf ?? schema.oneOf
  if (branches?.length === 2 && branches[0]?.type === 'integer' && branches[1]?.type === 'string')
    return 'duration'
  if (branches) return [...new Set(branches.map(kindOf))].join(' or ')
  if (schema.type === 'array') return `list of ${kindOf(schema.items ?? {})}`
  if (schema.type === 'integer') return bounds(schema)
  if (schema.type === 'object')
    return typeof schema.additionalProperties === 'object'
      ? `map to ${kindOf(schema.additionalProperties)}`
      : 'map'
  if (schema.type === 'string') return 'text'
  return schema.type === 'boolean' ? 'true or false' : 'any'
}

function bounds({ minimum, maximum }: Schema): string {
  return minimum !== undefined && maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER
    ? `number, ${minimum} to ${maximum}`
    : 'number'
}

function listed(keys: readonly string[]): string {
  const quoted = keys.map((key) => `\`${key}\``)
  return `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`
}

const cell = (text = ''): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const sentence = (text = ''): string => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`)

export const generatedSettings: Readonly<Record<string, () => string>> = {
  'config/gatehouse.schema.json': schemaText,
  'docs/settings.md': settingsText,
}
export const writtenSettings = (path: string): string =>
  readFileSync(join(import.meta.dirname, '..', path), 'utf8')

if (import.meta.main)
  for (const [path, make] of Object.entries(generatedSettings))
    writeFileSync(join(import.meta.dirname, '..', path), make())
