import type {
  AccessLevel,
  ActionReference,
  KeyType,
  ReferencedAction,
  ReferencedKey,
} from '../policy/index.ts'
import { absentServices, beyondReference } from './beyond-reference.ts'
import { gatehouse, type OwnAction, ownActions, ownMultivalued } from './own-actions.ts'
import { keysOfAction, type OwnService } from './own-service.ts'
import type { ServiceTable } from './service-table.ts'

const levels: Readonly<Record<string, AccessLevel>> = {
  L: 'List',
  R: 'Read',
  W: 'Write',
  P: 'Permissions management',
  T: 'Tagging',
}
const keyTypes: readonly string[] = [
  'String',
  'ARN',
  'Bool',
  'Numeric',
  'Date',
  'IPAddress',
  'Binary',
] satisfies readonly KeyType[]

interface Service {
  readonly actions: readonly ReferencedAction[]
  readonly keys: readonly ReferencedKey[]
}

const none: readonly OwnService[] = []
const loading = new WeakMap<readonly OwnService[], Promise<ActionReference>>()

/**
 * The services, actions, resources and condition keys that AWS documents, those of Gatehouse, and
 * those of a company's `own` services. The file is read at first use; each service is parsed when
 * it is first looked up. One promise for each list of own services.
 */
export function actionReference(own: readonly OwnService[] = none): Promise<ActionReference> {
  const known = loading.get(own)
  if (known) return known
  const made = import('./actions.gen.json', { with: { type: 'json' } }).then((module) =>
    referenceOf(module.default, own),
  )
  loading.set(own, made)
  return made
}

function referenceOf(
  tables: Readonly<Record<string, string>>,
  own: readonly OwnService[],
): ActionReference {
  const known = new Map<string, Service>(
    [gatehouse, ...own].map((one) => [one.prefix, ofOwnService(one)]),
  )
  const service = (prefix: string): Service | undefined => {
    const found = known.get(prefix)
    if (found || !Object.hasOwn(tables, prefix)) return found
    const parsed = serviceOf(prefix, JSON.parse(tables[prefix]!) as ServiceTable)
    known.set(prefix, parsed)
    return parsed
  }
  return {
    services: [...Object.keys(tables), ...known.keys()],
    actions: (prefix) => service(prefix)?.actions,
    keys: (prefix) => service(prefix)?.keys ?? [],
    absence: (prefix) => absentServices.get(prefix),
  }
}

/**
 * These actions work on every type that their service has: the reference leaves types out, or has
 * the tags of one service alone where several share a prefix.
 */
const tagging: ReadonlySet<string> = new Set([
  'TagResource',
  'UntagResource',
  'ListTagsForResource',
])

function serviceOf(prefix: string, { keys, resources, actions }: ServiceTable): Service {
  const own = ownActions[prefix] ?? []
  const beyond = beyondReference[prefix] ?? {}
  const everyType = [...new Set(resources.map(([, arn]) => arn))]
  const resourcesOf = (name: string, types: readonly number[]): readonly string[] => {
    const more = beyond.resources?.[name]
    if (tagging.has(name)) return everyType
    const documented = types.map((index) => resources[index]![1])
    return more === undefined ? documented : [...documented, more]
  }
  const ownKeys = [...new Set(own.flatMap((action) => action.keys))].filter(
    (name) => !keys.some(([known]) => known === name),
  )
  return {
    keys: [
      ...keys.map(([name, type]) => keyOf(name, type)),
      ...(beyond.keys ?? []).map((name) => keyOf(name, 'String')),
      ...ownKeys.map((name) => keyOf(name, ownMultivalued.has(name) ? 'ArrayOfString' : 'String')),
    ],
    actions: [
      ...actions.map(
        ([name, level, types, ofAction, required]): ReferencedAction => ({
          name,
          level: levels[level] ?? 'Write',
          needsResource: required === 1,
          resources: resourcesOf(name, types),
          keys: ofAction.map((index) => keys[index]![0]),
        }),
      ),
      ...(beyond.actions ?? []).map(unlistedAction),
      ...own.map(ownAction),
    ],
  }
}

function ofOwnService(service: OwnService): Service {
  const arns = new Map(service.resources.map(({ name, arn }) => [name, arn]))
  const { keys } = service
  const common = new Set([
    ...service.actions.flatMap((action) => keysOfAction(action, service)),
    ...service.resources.flatMap((type) => type.keys),
  ])
  for (const { name } of keys) common.delete(name)
  return {
    keys: [
      ...keys,
      ...[...common].map((name) => keyOf(name, name === tagKeys ? 'ArrayOfString' : 'String')),
    ],
    actions: service.actions.map((action) => ({
      name: action.name,
      level: action.level,
      needsResource: action.resources.length > 0,
      resources: action.resources.flatMap((name) => arns.get(name) ?? []),
      keys: keysOfAction(action, service),
    })),
  }
}
const tagKeys = 'aws:TagKeys'

/** Works on any resource, since its types are not known. */
function unlistedAction(name: string): ReferencedAction {
  return { name, level: 'Write', needsResource: false, resources: ['*'], keys: [] }
}

function ownAction({ name, level, resources, keys }: OwnAction): ReferencedAction {
  return {
    name,
    level: levels[level] ?? 'Write',
    needsResource: resources.length > 0,
    resources,
    keys,
  }
}

function keyOf(name: string, written: string): ReferencedKey {
  const type = written.replace(/^ArrayOf/, '')
  return {
    name,
    type: (keyTypes.includes(type) ? type : 'String') as KeyType,
    multivalued: written.startsWith('ArrayOf'),
  }
}
