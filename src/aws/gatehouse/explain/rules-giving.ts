import type { Rule } from '../../../mapping/index.ts'
import type { WhoCanResponse } from './explain-model.ts'

type Giving = WhoCanResponse['Rules'][number]

/** Rules that are told of one answer. */
const mostRules = 200

/** Which rules give which of the roles, or may: a rule may work the name of a role out. */
export function rulesGiving(rules: readonly Rule[], roles: readonly string[]): readonly Giving[] {
  const found: Giving[] = []
  for (const { name: Rule, grants } of rules) {
    const given = new Map<string, Giving['By']>()
    for (const { role } of grants) {
      const parts = role.split(/\$\{[^}]*\}/)
      const by = parts.length === 1 ? 'name' : 'pattern'
      for (const To of roles) if (mayBe(To, parts) && given.get(To) !== 'name') given.set(To, by)
    }
    for (const [To, By] of given) {
      if (found.length >= mostRules) return found
      found.push({ Rule, To, By })
    }
  }
  return found
}

/** Whether a text has the parts in their order, from its beginning to its end. */
function mayBe(text: string, [first = '', ...rest]: readonly string[]): boolean {
  const last = rest.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= text.length - last.length
}
