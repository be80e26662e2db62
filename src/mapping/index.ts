/**
 * Turns an identity into the grants that it may take, with the reason for each rule. Pure. A
 * mapping proposes; the role's trust policy decides.
 */
import type { Identity } from '../kernel/identity.ts'
import { type Condition, compileCondition, quote } from './condition.ts'
import { compileExpression, type Expression, type Scope } from './expression.ts'
import type { Grant, MappingResult, RuleOutcome } from './grant.ts'
import { compileGrant, type MakeGrant } from './grants.ts'
import { IdentityValue, overCaps } from './identity-type.ts'
import type { GrantTemplate, Mappings, Rule, RuleProblem } from './rule.ts'
import { isFailure, samplePolicy, UnfitValue } from './session-policy.ts'
import { limits } from './values.ts'

export type { Grant, GrantTemplate, MappingResult, Mappings, Rule, RuleOutcome, RuleProblem }
export { samplePolicy }

export type CompiledMappings =
  | { readonly ok: true; readonly mappings: Mappings }
  | { readonly ok: false; readonly problems: readonly RuleProblem[] }

interface CompiledRule {
  readonly name: string
  readonly condition: Condition | undefined
  readonly forEach: Expression<readonly string[]> | undefined
  readonly grants: readonly MakeGrant[]
}
const rulesAtMost = 1000

/** Type-checks every expression and bounds its cost. Reports all problems, not only the first. */
export function compileMappings(rules: readonly Rule[]): CompiledMappings {
  const problems: RuleProblem[] = []
  if (rules.length > rulesAtMost)
    problems.push({ path: [], message: `${rules.length} rules: at most ${rulesAtMost}` })
  const names = new Set<string>()
  const compiled = rules.slice(0, rulesAtMost).map((rule, index) => {
    if (names.has(rule.name))
      problems.push({ path: [index, 'name'], message: `another rule is named \`${rule.name}\`` })
    names.add(rule.name)
    return compileRule(rule, (problem) =>
      problems.push({ ...problem, path: [index, ...problem.path] }),
    )
  })
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, mappings: { rules, evaluate: (identity) => evaluate(compiled, identity) } }
}

function compileRule(rule: Rule, problem: (problem: RuleProblem) => void): CompiledRule {
  const condition = rule.when === undefined ? undefined : compileCondition(rule.when)
  if (condition?.ok === false) problem({ path: ['when'], ...condition.problem })
  const forEach =
    rule.forEach === undefined ? undefined : compileExpression(rule.forEach, 'list<string>', false)
  if (forEach?.ok === false) problem({ path: ['forEach'], ...forEach.problem })
  if (rule.grants.length === 0)
    problem({ path: ['grants'], message: 'a rule without grants gives nothing' })
  const grants = rule.grants.flatMap((written, index) => {
    const made = compileGrant(rule.name, written, rule.forEach !== undefined)
    if (typeof made === 'function') return [made]
    for (const one of made) problem({ ...one, path: ['grants', index, ...one.path] })
    return []
  })
  return {
    name: rule.name,
    condition: condition?.ok ? condition.condition : undefined,
    forEach: forEach?.ok ? forEach.expression : undefined,
    grants,
  }
}

function evaluate(rules: readonly CompiledRule[], identity: Identity): MappingResult {
  const tooBig = overCaps(identity)
  if (tooBig)
    return {
      grants: [],
      outcomes: rules.map(({ name }) => ({ rule: name, result: 'failed', reason: tooBig })),
    }
  const value = new IdentityValue(identity)
  const grants: Grant[] = []
  const outcomes = rules.map((rule): RuleOutcome => {
    const { outcome, made } = apply(rule, value)
    if (grants.length + made.length > limits.grants) {
      return {
        rule: rule.name,
        result: 'denied',
        reason: `the identity has more than ${limits.grants} grants with this rule's`,
      }
    }
    grants.push(...made)
    return outcome
  })
  return { grants, outcomes }
}

function apply(
  rule: CompiledRule,
  identity: IdentityValue,
): { readonly outcome: RuleOutcome; readonly made: readonly Grant[] } {
  const without = (result: RuleOutcome['result'], reason: string) => ({
    outcome: { rule: rule.name, result, reason },
    made: [],
  })
  const verdict = rule.condition?.test({ identity }) ?? {
    result: 'holds' as const,
    because: 'no condition',
  }
  if (verdict.result === 'fails') return without('not-matched', `${verdict.because} does not hold`)
  if (verdict.result === 'error') return without('failed', `${verdict.because}: ${verdict.message}`)
  const because = rule.condition ? `${verdict.because} holds` : 'the rule has no condition'
  let item: string | undefined
  try {
    const items = rule.forEach?.run({ identity })
    if (items?.length === 0)
      return without('not-matched', `${quote(rule.forEach!.source)} is empty`)
    if (items && items.length > limits.itemsPerRule)
      return without(
        'denied',
        `${quote(rule.forEach!.source)} has ${items.length} elements: ` +
          `at most ${limits.itemsPerRule}`,
      )
    const scopes: readonly Scope[] = items
      ? items.map((one) => ({ identity, item: one }))
      : [{ identity }]
    const made = distinct(
      scopes.flatMap((scope) => {
        item = scope.item
        return rule.grants.map((make) => make(scope))
      }),
    )
    return { outcome: { rule: rule.name, result: 'granted', reason: because }, made }
  } catch (error) {
    if (!isFailure(error)) throw error
    const where = item === undefined ? '' : `, for the item \`${item.slice(0, 60)}\``
    return without(error instanceof UnfitValue ? 'denied' : 'failed', error.message + where)
  }
}

/**
 * Keeps one of equal grants, which two elements of `forEach` may give. Two different grants with
 * the same role and session name are an error, because nothing else tells them apart.
 */
function distinct(made: readonly Grant[]): readonly Grant[] {
  const kept = new Map<string, { readonly grant: Grant; readonly text: string }>()
  for (const grant of made) {
    const key = `${grant.roleArn} ${grant.sessionName}`
    const text = JSON.stringify({ ...grant, tags: [...grant.tags] })
    const known = kept.get(key)
    if (known && known.text !== text)
      throw new UnfitValue('two different grants have the same role and session name')
    kept.set(key, known ?? { grant, text })
  }
  return [...kept.values()].map(({ grant }) => grant)
}
