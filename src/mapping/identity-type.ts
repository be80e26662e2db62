import type { Identity } from '../kernel/identity.ts'

/** The fields that rules can read, in the order in which docs and messages list them. */
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
 * How much of an identity rules may read. People can often choose their attributes, so each bound
 * is a factor of the cost of one evaluation (cost.ts).
 */
export const identityCaps = {
  groups: 1000,
  attributes: 200,
  attributeValues: 1000,
  textLength: 1024,
  attributeLength: 4096,
} as const

/** The identity as expressions see it: a copy, so that expressions hold no object of the caller. */
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

/** Why this identity is too large for rules; undefined when it is not. */
export function overCaps(identity: Identity): string | undefined {
  const { groups, attributes } = identity
  const more =
    tooMany('the identity', 'groups', groups.length) ??
    tooMany('the identity', 'attributes', attributes.size)
  if (more !== undefined) return more
  const texts = [
    identity.connector,
    identity.subject,
    identity.username,
    identity.displayName,
    ...groups,
  ]
  if (texts.some((text) => text.length > identityCaps.textLength))
    return `a name or group of the identity is longer than ${identityCaps.textLength} characters`
  for (const [name, values] of attributes) {
    const many = tooMany('an attribute of the identity', 'attributeValues', values.length)
    if (many !== undefined) return many
    if ([name, ...values].some((text) => text.length > identityCaps.attributeLength))
      return (
        'an attribute of the identity is longer than ' +
        `${identityCaps.attributeLength} characters`
      )
  }
  return undefined
}

const counted = { groups: 'groups', attributes: 'attributes', attributeValues: 'values' } as const

function tooMany(of: string, cap: keyof typeof counted, count: number): string | undefined {
  const most = identityCaps[cap]
  return count > most
    ? `${of} has ${count} ${counted[cap]}, at most ${most} are looked at`
    : undefined
}
