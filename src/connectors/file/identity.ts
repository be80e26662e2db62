import type { Identity } from '../../kernel/identity.ts'
import { type FilePerson, subjectOf } from './settings.ts'

/** The identity of a person in the file at the instant of the proof. Pure. */
export function fileIdentity(
  connector: string,
  person: FilePerson,
  authenticatedAt: Date,
): Identity {
  return {
    connector,
    protocol: 'file',
    subject: subjectOf(person),
    username: person.username,
    displayName: person.displayName ?? person.username,
    attributes: new Map(
      Object.entries(person.attributes).map(([name, value]) => [name, [value].flat()]),
    ),
    groups: [...new Set(person.groups)],
    authenticatedAt,
    strength: 'password',
  }
}
