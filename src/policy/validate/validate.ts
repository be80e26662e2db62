import { type Json, parseJson, positionOf } from '../json.ts'
import { Policy } from '../policy.ts'
import { principalKinds } from '../principal.ts'
import type { PolicyKind, Problem } from '../question.ts'
import { actionRules, passRoleRules } from './actions.ts'
import { conditionRules } from './conditions.ts'
import { contradictionRules } from './contradictions.ts'
import { documentRules } from './document.ts'
import type { Finding, RuleFinding } from './finding.ts'
import { findingTable } from './finding-codes.ts'
import { mendOf } from './mend.ts'
import { type PlacedStatement, type Places, placeStatement, placesOf } from './placed-statement.ts'
import { principalRules, servicePrincipalRules } from './principals.ts'
import { resourceControlRules } from './resource-control.ts'
import { resourceRules, resourceTypeRules } from './resources.ts'
import type { Circumstances, Rules } from './rule.ts'
import { savingRules } from './saving.ts'
import { severities } from './severity.ts'
import { togetherRules } from './statements.ts'
import { trustRules } from './trust.ts'

const rules: readonly Rules[] = [
  actionRules,
  passRoleRules,
  resourceRules,
  resourceTypeRules,
  principalRules,
  servicePrincipalRules,
  trustRules,
  resourceControlRules,
  conditionRules,
  contradictionRules,
]

/**
 * All findings about a policy: the gravest first, then in the order of the text. For a document
 * that the parser refuses, only its problems, unless it is refused for its size. Pure, never
 * throws. Does not consider who has the policy.
 */
export function validate(
  kind: PolicyKind,
  text: string,
  circumstances: Circumstances = {},
): readonly Finding[] {
  const { problems, read } = readPlaced(kind, text)
  const errors = problems.map(
    ({ value: _quoted, ...problem }): Finding => ({ ...problem, severity: 'error', advice: '' }),
  )
  if (!read) return errors
  const { places, placed } = read
  const whole = { ...circumstances, kind, text, json: read.json, placed }
  const saving = [...savingRules(whole)]
  const refused = new Set(saving.map(({ path }) => path))
  const semantic = [
    ...documentRules(whole),
    ...placed.flatMap((one: PlacedStatement) =>
      rules.flatMap((family) => [...family({ ...circumstances, placed: one, kind })]),
    ),
    ...togetherRules(placed, kind),
  ]
  const said = [
    ...saving,
    ...semantic.filter(({ code, path }) => !(toldBySaving.has(code) && refused.has(path))),
  ]
  const told = said.map((one): Finding => {
    const mend = mendOf({ ...one, text, json: read.json })
    return { ...placeFinding(one, text, places.offsets), ...(mend && { mend }) }
  })
  return [...errors, ...told].sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      a.line - b.line ||
      a.column - b.column,
  )
}

/** Findings that say no more than what saving refuses at the same place. */
const toldBySaving: ReadonlySet<string> = new Set([
  'arn-with-region',
  'unknown-partition',
  'version-missing',
  'version-of-2008',
  'wrong-resource-type',
])

/**
 * Why IAM would not store a document: the parser's problems, and what `savingRules` finds. Empty
 * when it would.
 */
export function refusedAtSave(
  kind: PolicyKind,
  text: string,
  circumstances: Pick<Circumstances, 'holder' | 'partition'> = {},
): readonly (Problem | (Finding & Pick<RuleFinding, 'value'>))[] {
  const { problems, read } = readPlaced(kind, text)
  const json = parseJson(text)
  if (!json.ok) return problems
  const { places = placesOf(json.value), placed = [] } = read ?? {}
  const whole = { ...circumstances, kind, text, json: json.value, placed }
  const refused = [...savingRules(whole)].map((one) => ({
    ...placeFinding(one, text, places.offsets),
    value: one.value,
  }))
  return [...refused, ...problems]
}

interface Read {
  readonly problems: readonly Problem[]
  /** Absent: the document does not parse, at any size. */
  readonly read?: {
    readonly json: Json
    readonly places: Places
    readonly placed: readonly PlacedStatement[]
  }
}

function readPlaced(kind: PolicyKind, text: string): Read {
  const kept = Policy.parse(kind, '', text)
  const problems = kept.ok ? [] : kept.problems
  const parsed = kept.ok ? kept : Policy.parse(kind, '', text, true)
  const json = parseJson(text)
  if (!parsed.ok || !json.ok) return { problems }
  const places = placesOf(json.value)
  const placed = parsed.policy.statements.map((statement) =>
    placeStatement(statement, places, principalKinds),
  )
  return { problems, read: { json: json.value, places, placed } }
}

function placeFinding(
  { code, path, message }: RuleFinding,
  text: string,
  offsets: ReadonlyMap<string, number>,
): Finding {
  return {
    code,
    ...findingTable[code],
    ...positionOf(text, offsets.get(path) ?? offsets.get(path.replace(/\[\d+\]$/, '')) ?? 0),
    path,
    message,
  }
}
