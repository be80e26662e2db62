import { parsePolicy } from '../../../policy/index.ts'
import type { Section } from '../../shown.ts'
import { trustedIn } from '../trusted-by.ts'
import { words } from './words.ts'

const said = words.trust.picture

/** More than a person can read: they stand in the list alone. */
const mostNodes = 40

/** Who may take the role, and whether only under a condition, as a picture and in words. */
export function trustPicture(document: string, role: string, account: string): Section | undefined {
  const parsed = parsePolicy('trust', 'trust policy', document)
  if (!parsed.ok) return undefined
  /** Whether each may only under a condition: one statement without any is enough. */
  const takers = new Map<string, boolean>()
  for (const statement of parsed.policy.statements) {
    if (statement.effect !== 'Allow') continue
    const depends = statement.conditions.length > 0
    for (const name of trustedIn(statement, account))
      takers.set(name, depends && (takers.get(name) ?? true))
  }
  const taking = [...takers]
  if (taking.length === 0 || taking.length > mostNodes) return undefined
  return {
    ...{ kind: 'graph', title: said.title, note: said.note },
    graph: {
      nodes: [
        ...taking.map(([name, depends]) => ({
          ...{ id: `from ${name}`, name, look: 'outside' as const },
          sub: depends ? said.depends : said.always,
        })),
        { id: 'role', name: role, sub: said.role, look: 'goal' },
      ],
      edges: taking.map(([name, depends]) => ({ from: `from ${name}`, to: 'role', depends })),
    },
    words: taking.map(([name, depends]) => said.takes(name, depends)),
  }
}
