/** How AWS groups actions in its policy summaries (service authorization reference, "Access levels"). */
export const accessLevels = ['List', 'Read', 'Write', 'Permissions management', 'Tagging'] as const
export type AccessLevel = typeof accessLevels[number]

/** What is known of services and their actions. */
export interface ActionCatalogue {
  /** Prefixes in lower case. */
  readonly services: readonly string[]
  /** The actions of a service, as AWS writes their names; undefined for a service that is not known. */
  actions(service: string): readonly CataloguedAction[] | undefined
}
export interface CataloguedAction {
  readonly name: string
  readonly level: AccessLevel
}

/** What is known besides: which resources and condition keys go with an action. */
export interface ActionReference extends ActionCatalogue {
  actions(service: string): readonly ReferencedAction[] | undefined
  /** The condition keys of a service, `aws:` ones that it names included. */
  keys(service: string): readonly ReferencedKey[]
}
export interface ReferencedAction extends CataloguedAction {
  /** ARNs in which `*` stands for what varies; empty: the action knows no resource but `*`. */
  readonly resources: readonly string[]
  /** Whether a request of this action always names a resource. */
  readonly needsResource: boolean
  readonly keys: readonly string[]
}
export interface ReferencedKey {
  /** As AWS writes it; `${TagKey}` and `<key>` stand for what the caller chooses. */
  readonly name: string
  readonly type: KeyType
  readonly multivalued: boolean
}
export type KeyType = 'String' | 'ARN' | 'Bool' | 'Numeric' | 'Date' | 'IPAddress' | 'Binary'

/** Knows nothing: every level is guessed from the action's name. */
export const emptyCatalogue: ActionCatalogue = { services: [], actions: () => undefined }

const permissions = /^(?:put|attach|detach|delete|create|update|set|add|remove)\w*(?:policy|policies|permission|permissions|boundary|acl|grant)\b/
/** The first that fits counts. */
const verbs: readonly (readonly [pattern: RegExp, level: AccessLevel])[] = [
  [/^(?:tag|untag)|tags?$/, 'Tagging'],
  [permissions, 'Permissions management'],
  [/^(?:passrole|assumerole|creategrant|revokegrant)/, 'Permissions management'],
  [/^(?:list|describe)/, 'List'],
  [/^(?:get|batchget|head|read|lookup|search|query|scan|select|view|check|simulate|decode|receive|download|filter|test|verify)/, 'Read'],
]

/** The access level that an action's name suggests, for services that the catalogue does not know. A pattern's literal beginning will do. */
export function guessedLevel(name: string): AccessLevel {
  const lower = name.toLowerCase()
  return verbs.find(([pattern]) => pattern.test(lower))?.[1] ?? 'Write'
}
