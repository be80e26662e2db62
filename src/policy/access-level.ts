/**
 * How AWS groups actions in its policy summaries (service authorization reference, "Access
 * levels").
 */
export const accessLevels = ['List', 'Read', 'Write', 'Permissions management', 'Tagging'] as const
export type AccessLevel = (typeof accessLevels)[number]

/** The known services and their actions. */
export interface ActionCatalogue {
  /** Prefixes in lower case. */
  readonly services: readonly string[]
  /** The actions of a service in AWS's spelling; undefined for an unknown service. */
  actions(service: string): readonly CataloguedAction[] | undefined
}
export interface CataloguedAction {
  readonly name: string
  readonly level: AccessLevel
}

/** Which resource types and condition keys belong to an action. */
export interface ActionReference extends ActionCatalogue {
  actions(service: string): readonly ReferencedAction[] | undefined
  /** The condition keys of a service, including the `aws:` keys that it lists. */
  keys(service: string): readonly ReferencedKey[]
  /** Why the reference does not have a service that policies still name. */
  absence(service: string): 'ended' | 'unlisted' | undefined
}
export interface ReferencedAction extends CataloguedAction {
  /** ARNs with `*` for what varies; empty for an action that supports no resource but `*`. */
  readonly resources: readonly string[]
  /** Whether a request of this action always names a resource. */
  readonly needsResource: boolean
  readonly keys: readonly string[]
}
export interface ReferencedKey {
  /** In AWS's spelling; `${TagKey}` and `<key>` stand for a part that the caller chooses. */
  readonly name: string
  readonly type: KeyType
  readonly multivalued: boolean
}
export type KeyType = 'String' | 'ARN' | 'Bool' | 'Numeric' | 'Date' | 'IPAddress' | 'Binary'

/** Has no services, so every level is guessed from the action's name. */
export const emptyCatalogue: ActionCatalogue = { services: [], actions: () => undefined }

const changes = 'put|attach|detach|delete|create|update|set|add|remove'
const rights = 'policy|policies|permission|permissions|boundary|acl|grant'
const permissions = new RegExp(`^(?:${changes})\\w*(?:${rights})\\b`)
/** The first matching pattern counts. */
const verbs: readonly (readonly [pattern: RegExp, level: AccessLevel])[] = [
  [/^(?:tag|untag)|tags?$/, 'Tagging'],
  [permissions, 'Permissions management'],
  [/^(?:passrole|assumerole|creategrant|revokegrant)/, 'Permissions management'],
  [/^(?:list|describe)/, 'List'],
  [/^(?:get|batchget|head|read|lookup|search|query|scan|select|view|check|simulate)/, 'Read'],
  [/^(?:decode|receive|download|filter|test|verify)/, 'Read'],
]

/**
 * The access level that an action's name suggests, for services that the catalogue does not have.
 * The literal start of a pattern is enough.
 */
export function guessedLevel(name: string): AccessLevel {
  const lower = name.toLowerCase()
  return verbs.find(([pattern]) => pattern.test(lower))?.[1] ?? 'Write'
}
