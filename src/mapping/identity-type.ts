import type { Identity } from '../kernel/identity.ts'

/** What rules can read. The order is the one that docs and messages list them in. */
export const identityFields = {
  connector: 'string',
  protocol: 'string',
  subject: 'string',
  username: 'string',
  displayName: 'string',
  attributes: 'map<string, list<string>>',
  groups: 'list<string>',
  authenticatedAt: 'google.protobuf.Timestamp',
  strength: 'string',
} as const

/**
 * How much of an identity rules will look at. People can often choose their attributes, so each bound here
 * is a factor of what one evaluation can cost (cost.ts).
 */
export const identityCaps = {
  groups: 1000,
  attributes: 200,
  attributeValues: 1000,
  textLength: 1024,
  attributeLength: 4096,
} as const

/** The identity as expressions see it: its own copy, so that nothing an expression holds is the caller's. */
export class IdentityValue {
  readonly connector: string
  readonly protocol: string
  readonly subject: string
  readonly username: string
  readonly displayName: string
  readonly attributes: ReadonlyMap<string, readonly string[]>
  readonly groups: readonly string[]
  readonly authenticatedAt: Date
  readonly strength: string

  constructor(identity: Identity) {
    this.connector = identity.connector
    this.protocol = identity.protocol
    this.subject = identity.subject
    this.username = identity.username
    this.displayName = identity.displayName
    this.attributes = new Map(identity.attributes)
    this.groups = [...identity.groups]
    this.authenticatedAt = new Date(identity.authenticatedAt)
    this.strength = identity.strength
  }
}

/** Why rules will not look at this identity; undefined when they will. */
export function overCaps(identity: Identity): string | undefined {
  const { groups, attributes } = identity
  if (groups.length > identityCaps.groups) return `the identity has ${groups.length} groups, at most ${identityCaps.groups} are looked at`
  if (attributes.size > identityCaps.attributes) return `the identity has ${attributes.size} attributes, at most ${identityCaps.attributes} are looked at`
  const texts = [identity.connector, identity.subject, identity.username, identity.displayName, ...groups]
  if (texts.some((text) => text.length > identityCaps.textLength)) return `a name or group of the identity is longer than ${identityCaps.textLength} characters`
  for (const [name, values] of attributes) {
    if (values.length > identityCaps.attributeValues) return `an attribute of the identity has ${values.length} values, at most ${identityCaps.attributeValues} are looked at`
    if ([name, ...values].some((text) => text.length > identityCaps.attributeLength)) return `an attribute of the identity is longer than ${identityCaps.attributeLength} characters`
  }
  return undefined
}
