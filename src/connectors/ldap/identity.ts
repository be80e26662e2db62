import type { Identity } from '../../kernel/identity.ts'
import { foldName } from '../fold-name.ts'
import { type Format, formats, usualFormat } from './attribute-formats.ts'
import type { Entry } from './search-messages.ts'
import type { LdapSettings } from './settings.ts'

/** Returns the values that fit the format, in the directory's order. */
export function textsOf(
  entry: Entry,
  attribute: string,
  format: Format = usualFormat(attribute),
): readonly string[] {
  const bytes = entry.values.get(attribute.toLowerCase()) ?? []
  return bytes
    .map((value) => formats[format](value))
    .filter((text): text is string => text !== undefined)
}

/** Returns the attributes to request of a person's entry. */
export function personAttributes({
  bind,
  people,
  attributes,
  groups,
}: LdapSettings): readonly string[] {
  return [
    ...new Set(
      [
        ...people.loginAttributes,
        people.usernameAttribute ?? [],
        people.displayNameAttribute,
        'cn',
        people.subjectAttribute,
        ...attributes.map(({ name }) => name),
        groups.how === 'memberOf' ? groups.attribute : [],
        'primary' in groups && groups.primary === 'active-directory'
          ? ['objectSid', 'primaryGroupID']
          : [],
        'primary' in groups && groups.primary === 'posix' ? 'gidNumber' : [],
        bind.how === 'direct' ? ['userPrincipalName', 'objectSid'] : [],
      ].flat(),
    ),
  ]
}

/**
 * Returns whether the entry has the typed name, apart from case, width and spaces. Directories
 * match more loosely, for example by ignoring accents; a spelling that only they match to this
 * person would have an attempt counter of its own.
 */
export function carriesName(entry: Entry, attributes: readonly string[], typed: string): boolean {
  const key = foldName(typed)
  return attributes.some((attribute) =>
    textsOf(entry, attribute).some((value) => foldName(value) === key),
  )
}

export interface ProvenEntry {
  readonly connector: string
  readonly settings: LdapSettings
  readonly entry: Entry
  /** The typed name by which the entry was found. */
  readonly name: string
  readonly authenticatedAt: Date
}

/**
 * Makes an identity without groups from an authenticated person's entry, or names the attribute
 * that is missing. Pure.
 */
export function ldapIdentity({
  connector,
  settings,
  entry,
  name,
  authenticatedAt,
}: ProvenEntry): Identity | { readonly missing: string } {
  const { people, attributes } = settings
  const subjects = textsOf(entry, people.subjectAttribute)
  if (subjects.length !== 1 || !subjects[0]) return { missing: people.subjectAttribute }
  const usernameAttribute = people.usernameAttribute ?? people.loginAttributes[0] ?? 'uid'
  // Attribute values are an unordered set: of several, use the one that was searched for.
  const usernames = textsOf(entry, usernameAttribute)
  const searched = usernames.find((value) => foldName(value) === foldName(name))
  const username = usernames.length === 1 ? usernames[0] : searched
  if (!username) return { missing: usernameAttribute }
  const displayName =
    textsOf(entry, people.displayNameAttribute)[0] ?? textsOf(entry, 'cn')[0] ?? username
  return {
    connector,
    protocol: 'ldap',
    subject: subjects[0],
    username,
    displayName,
    attributes: new Map(
      attributes
        .map(({ name, as, format }) => [as, textsOf(entry, name, format)] as const)
        .filter(([, values]) => values.length > 0),
    ),
    groups: [],
    authenticatedAt,
    strength: 'password',
  }
}
