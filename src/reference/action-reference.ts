import type { AccessLevel, ActionReference, KeyType, ReferencedAction, ReferencedKey } from '../policy/index.ts'
import { type OwnAction, ownActions, ownMultivalued } from './own-actions.ts'
import type { ServiceTable } from './service-table.ts'

const levels: Readonly<Record<string, AccessLevel>> = {
  L: 'List',
  R: 'Read',
  W: 'Write',
  P: 'Permissions management',
  T: 'Tagging',
}
const keyTypes: readonly string[] = ['String', 'ARN', 'Bool', 'Numeric', 'Date', 'IPAddress', 'Binary'] satisfies readonly KeyType[]

interface Service {
  readonly actions: readonly ReferencedAction[]
  readonly keys: readonly ReferencedKey[]
}

let loading: Promise<ActionReference> | undefined

/**
 * The services, actions, resources and condition keys that AWS documents, and those of Gatehouse. Read once, at first use; a
 * service when it is asked about.
 */
export function actionReference(): Promise<ActionReference> {
  loading ??= import('./actions.gen.json', { with: { type: 'json' } }).then((module) => referenceOf(module.default))
  return loading
}

function referenceOf(tables: Readonly<Record<string, string>>): ActionReference {
  const known = new Map<string, Service>()
  const service = (prefix: string): Service | undefined => {
    if (!Object.hasOwn(tables, prefix)) return undefined
    const found = known.get(prefix) ?? serviceOf(prefix, JSON.parse(tables[prefix]!) as ServiceTable)
    known.set(prefix, found)
    return found
  }
  return {
    services: Object.keys(tables),
    actions: (prefix) => service(prefix)?.actions,
    keys: (prefix) => service(prefix)?.keys ?? [],
  }
}

function serviceOf(prefix: string, { keys, resources, actions }: ServiceTable): Service {
  const own = ownActions[prefix] ?? []
  const ownKeys = [...new Set(own.flatMap((action) => action.keys))].filter((name) => !keys.some(([known]) => known === name))
  return {
    keys: [
      ...keys.map(([name, type]) => keyOf(name, type)),
      ...ownKeys.map((name) => keyOf(name, ownMultivalued.has(name) ? 'ArrayOfString' : 'String')),
    ],
    actions: [
      ...actions.map(
        ([name, level, types, ofAction, required]): ReferencedAction => ({
          name,
          level: levels[level] ?? 'Write',
          needsResource: required === 1,
          resources: types.map((index) => resources[index]![1]),
          keys: ofAction.map((index) => keys[index]![0]),
        }),
      ),
      ...own.map(ownAction),
    ],
  }
}

function ownAction({ name, level, resources, keys }: OwnAction): ReferencedAction {
  return { name, level: levels[level] ?? 'Write', needsResource: resources.length > 0, resources, keys }
}

function keyOf(name: string, written: string): ReferencedKey {
  const type = written.replace(/^ArrayOf/, '')
  return { name, type: (keyTypes.includes(type) ? type : 'String') as KeyType, multivalued: written.startsWith('ArrayOf') }
}
