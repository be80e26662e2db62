import type { Identity } from '../../kernel/identity.ts'
import { foldName } from '../fold-name.ts'
import { type Format, formats, usualFormat } from './attribute-formats.ts'
import type { LdapSettings } from './settings.ts'
import type { Entry } from './transport.ts'

/** The values that are of the format, in the directory's order. */
export function textsOf(entry: Entry, attribute: string, format: Format = usualFormat(attribute)): readonly string[] {
  const bytes = entry.values.get(attribute.toLowerCase()) ?? []
  return bytes.map((value) => formats[format](value)).filter((text): text is string => text !== undefined)
}

/** What has to be asked of a person's entry. */
export function personAttributes({ bind, people, attributes, groups }: LdapSettings): readonly string[] {
  return [...new Set([
    ...people.loginAttributes, people.usernameAttribute ?? [], people.displayNameAttribute, 'cn', people.subjectAttribute,
    ...attributes.map(({ name }) => name),
    groups.how === 'memberOf' ? groups.attribute : [],
    'primary' in groups && groups.primary === 'active-directory' ? ['objectSid', 'primaryGroupID'] : [],
    'primary' in groups && groups.primary === 'posix' ? 'gidNumber' : [],
    bind.how === 'direct' ? ['userPrincipalName', 'objectSid'] : [],
  ].flat())]
}

/**
 * True when the entry carries the name that was typed, but for case, width and spaces. Directories match more loosely,
 * by accent for one; a spelling that only they take for this person would have a try counter of its own.
 */
export function carriesName(entry: Entry, attributes: readonly string[], typed: string): boolean {
  const key = foldName(typed)
  return attributes.some((attribute) => textsOf(entry, attribute).some((value) => foldName(value) === key))
}

/** Pure: a proven person's entry and groups → identity; or what is missing for one. */
export function ldapIdentity(
  connector: string, settings: LdapSettings, entry: Entry, groups: readonly string[], authenticatedAt: Date,
): Identity | { readonly missing: string } {
  const { people, attributes } = settings
  const subjects = textsOf(entry, people.subjectAttribute)
  if (subjects.length !== 1 || !subjects[0]) return { missing: people.subjectAttribute }
  const usernameAttribute = people.usernameAttribute ?? people.loginAttributes[0] ?? 'uid'
  const username = textsOf(entry, usernameAttribute)[0]
  if (!username) return { missing: usernameAttribute }
  const displayName = textsOf(entry, people.displayNameAttribute)[0] ?? textsOf(entry, 'cn')[0] ?? username
  return {
    connector,
    protocol: 'ldap',
    subject: subjects[0],
    username,
    displayName,
    attributes: new Map(attributes
      .map(({ name, as, format }) => [as, textsOf(entry, name, format)] as const)
      .filter(([, values]) => values.length > 0)),
    groups,
    authenticatedAt,
    strength: 'password',
  }
}
