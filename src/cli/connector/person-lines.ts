import type { Identity } from '../../kernel/identity.ts'
import { plain } from '../mapping-report.ts'
import { table } from '../terminal-table.ts'

const valueLength = 100

/** What the provider told, and the person that comes of it: lines for the terminal. */
export function personLines(
  claims: Readonly<Record<string, unknown>>,
  identity: Identity,
): readonly string[] {
  const { subject, username, displayName, groups, attributes, strength, oidc } = identity
  return [
    ...table(
      ['CLAIM', 'VALUE'],
      Object.entries(claims).map(([name, value]) => [plain(name), shortened(value)]),
    ),
    '',
    ...table(
      ['IDENTITY', ''],
      [
        ['subject', plain(subject)],
        ['username', plain(username)],
        ['display name', plain(displayName)],
        ['strength', strength],
        ['provider', plain(oidc?.provider ?? '')],
        ['groups', groups.map(plain).join(', ') || 'none'],
        ...[...attributes].map(([name, values]) => [
          `attribute ${plain(name)}`,
          values.map(shortened).join(', '),
        ]),
      ],
    ),
    '',
  ]
}

function shortened(value: unknown): string {
  const line = plain(typeof value === 'string' ? value : JSON.stringify(value))
  return line.length > valueLength ? `${line.slice(0, valueLength)}…` : line
}
