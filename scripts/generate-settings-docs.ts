/**
 * Writes docs/settings.md and config/gatehouse.schema.json from the settings schema. test/config/generated.test.ts fails when
 * one of them is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { settingsJsonSchema } from '../src/config/schema-problems.ts'

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

const names: Readonly<Record<string, string>> = { connectors: 'ID', accounts: 'ACCOUNT' }
const intro = `# Settings

Made by \`scripts/generate-settings-docs.ts\` from the schema that checks the file. \`config/gatehouse.example.yaml\` shows every key in
its place; \`config/gatehouse.schema.json\` lets editors complete and check them (first line:
\`# yaml-language-server: $schema=…/gatehouse.schema.json\`). \`gatehouse check --config FILE\` tells every mistake with file, line and column.

- The file is YAML 1.2, at most 8 MiB. A key that is there twice, an unknown key and a second document are mistakes.
- \`\${env:NAME}\` stands for an environment variable, \`\${file:PATH}\` for a file's content without its last line end (relative to the
  settings file), anywhere but in policies and mappings, which have \`\${…}\` of their own. A secret in the clear warns.
- Durations are \`90s\`, \`15m\`, \`1h30m\`, \`7d\`, or a number of seconds.
- A changed file, or SIGHUP, reloads accounts, connectors and mappings; a file with a mistake is refused whole, and what was there stays.
  Other sections count from the next start.
`

/** The JSON Schema for editors, as text. */
export function schemaText(): string {
  const schema = settingsJsonSchema()
  return `${JSON.stringify({ ...schema, title: 'Gatehouse settings' }, (key, value: unknown) => {
    // The bounds of a JavaScript number tell nobody anything.
    return (key === 'minimum' || key === 'maximum') && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER ? undefined : value
  }, 2)}\n`
}

/** The whole settings reference. */
export function settingsText(): string {
  const { properties = {}, required = [] } = settingsJsonSchema() as Schema
  return intro + Object.entries(properties).map(([key, schema]) => `
## ${key}
${sentence(schema.description)}${required.includes(key) ? ' Required.' : ''}

| key | value | meaning |
|---|---|---|
${rows(key, schema, required.includes(key)).join('')}`).join('')
}

function rows(path: string, schema: Schema, required: boolean): readonly string[] {
  const own = schema.properties || schema.oneOf || schema.anyOf?.some(({ properties }) => properties) || valuesOf(schema) || schema.items?.properties
    ? [] : [row(path, schema, required)]
  return [...own, ...inner(path, schema)]
}

function inner(path: string, schema: Schema): readonly string[] {
  const branches = schema.anyOf ?? schema.oneOf ?? []
  const values = valuesOf(schema)
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, one]) => rows(`${path}.${key}`, one, schema.required?.includes(key) === true && one.default === undefined)),
    ...(values ? rows(`${path}.${names[path] ?? 'NAME'}`, values, false) : []),
    ...(schema.items?.properties || schema.items?.anyOf ? inner(`${path}[]`, schema.items) : []),
    ...branches.filter(({ properties }) => properties).flatMap((branch) => {
      const which = Object.entries(branch.properties!).find(([, one]) => one.const !== undefined)
      const label = which ? [`| **\`${path}\`, ${which[0]}: ${String(which[1].const)}** | | ${cell(which[1].description)} |\n`] : []
      const others = { ...branch, properties: Object.fromEntries(Object.entries(branch.properties!).filter(([, one]) => one.const === undefined)) }
      return [...label, ...inner(path, others)]
    }),
  ]
}

/** Maps whose values have keys of their own; a map of plain texts is one row. */
function valuesOf({ additionalProperties: values }: Schema): Schema | undefined {
  return typeof values === 'object' && (values.properties || values.oneOf) ? values : undefined
}

function row(path: string, schema: Schema, required: boolean): string {
  const standard = schema.default === undefined ? '' : ` Default: \`${JSON.stringify(schema.default).replaceAll('|', '\\|')}\`.`
  return `| \`${path}\` | ${cell(kindOf(schema))} | ${required ? '**Required.** ' : ''}${sentence(cell(schema.description))}${standard} |\n`
}

function kindOf(schema: Schema): string {
  if (schema.title) return schema.title
  if (schema.const !== undefined) return `\`${String(schema.const)}\``
  if (schema.enum) return schema.enum.map((one) => `\`${String(one)}\``).join(', ')
  const branches = schema.anyOf ?? schema.oneOf
  if (branches?.length === 2 && branches[0]?.type === 'integer' && branches[1]?.type === 'string') return 'duration'
  if (branches) return [...new Set(branches.map(kindOf))].join(' or ')
  if (schema.type === 'array') return `list of ${kindOf(schema.items ?? {})}`
  if (schema.type === 'integer') return bounds(schema)
  if (schema.type === 'object') return typeof schema.additionalProperties === 'object' ? `map to ${kindOf(schema.additionalProperties)}` : 'map'
  return schema.type === 'string' ? 'text' : schema.type === 'boolean' ? 'true or false' : 'any'
}

function bounds({ minimum, maximum }: Schema): string {
  return minimum !== undefined && maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER ? `number, ${minimum} to ${maximum}` : 'number'
}

const cell = (text = ''): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const sentence = (text = ''): string => text === '' || /[.!?]$/.test(text) ? text : `${text}.`

export const generatedSettings: Readonly<Record<string, () => string>> = {
  'config/gatehouse.schema.json': schemaText,
  'docs/settings.md': settingsText,
}
export const writtenSettings = (path: string): string => readFileSync(join(import.meta.dirname, '..', path), 'utf8')

if (import.meta.main) for (const [path, make] of Object.entries(generatedSettings)) writeFileSync(join(import.meta.dirname, '..', path), make())
