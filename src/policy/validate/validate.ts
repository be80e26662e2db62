import { parseJson, positionOf } from '../json.ts'
import { Policy } from '../policy.ts'
import { principalKinds } from '../principal.ts'
import type { PolicyKind } from '../question.ts'
import { actionRules, passRoleRules } from './actions.ts'
import { conditionRules } from './conditions.ts'
import { documentRules } from './document.ts'
import type { Finding, Found } from './finding.ts'
import { findingTable } from './finding-codes.ts'
import { type PlacedStatement, placeStatement, placesOf } from './placed-statement.ts'
import { principalRules } from './principals.ts'
import { resourceRules, resourceTypeRules } from './resources.ts'
import type { Circumstances, Rules } from './rule.ts'
import { severities } from './severity.ts'
import { togetherRules } from './statements.ts'
import { trustRules } from './trust.ts'

const rules: readonly Rules[] = [actionRules, passRoleRules, resourceRules, resourceTypeRules, principalRules, trustRules, conditionRules]

/**
 * What there is to say about a policy, the gravest first and then in the order of the text. A document that the parser refuses
 * has its problems and nothing else. Pure, never throws. A finding says nothing about who has the policy.
 */
export function validate(kind: PolicyKind, text: string, circumstances: Circumstances = {}): readonly Finding[] {
  const parsed = Policy.parse(kind, '', text)
  if (!parsed.ok) return parsed.problems.map((problem) => ({ ...problem, severity: 'error' as const, advice: '' }))
  const json = parseJson(text)
  if (!json.ok) return []
  const places = placesOf(json.value)
  const placed = parsed.policy.statements.map((statement) => placeStatement(statement, places, principalKinds))
  const said = [
    ...documentRules(parsed.policy, placed, json.value, text, circumstances),
    ...placed.flatMap((one: PlacedStatement) => rules.flatMap((family) => [...family({ ...circumstances, placed: one, kind })])),
    ...togetherRules(placed, kind),
  ]
  return said
    .map((one) => placeFinding(one, text, places.offsets))
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.line - b.line || a.column - b.column)
}

function placeFinding({ code, path, message }: Found, text: string, offsets: ReadonlyMap<string, number>): Finding {
  return { code, ...findingTable[code], ...positionOf(text, offsets.get(path) ?? offsets.get(path.replace(/\[\d+\]$/, '')) ?? 0), path, message }
}
