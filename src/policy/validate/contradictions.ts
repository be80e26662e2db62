import { type Condition, parseOperator } from '../condition.ts'
import { parseInstant } from '../instant.ts'
import { shown } from '../json.ts'
import type { Question } from '../question.ts'
import type { RuleFinding } from './finding.ts'
import { finding, type RuleInput, type Rules } from './rule.ts'

/** Findings about conditions of a statement that no request can satisfy together. */
export const contradictionRules: Rules = function* (input) {
  yield* absentAndCompared(input)
  yield* exclusive(input)
}

function* absentAndCompared({
  placed: { statement, conditionPath },
}: RuleInput): Generator<RuleFinding> {
  for (const { operator, key, values } of statement.conditions) {
    if (operator !== 'Null' || !values.every((value) => value.toLowerCase() === 'true')) continue
    const wants = statement.conditions.find(
      (other) =>
        other.key === key &&
        other.operator !== 'Null' &&
        !/Not|IfExists|ForAllValues/.test(other.operator),
    )
    if (wants)
      yield finding(
        'contradiction',
        conditionPath(operator, key),
        `\`${shown(key)}\` has to be absent here and fits a value under ${wants.operator}`,
      )
  }
}

/** Tries every value that could satisfy all the conditions on a key that has one value. */
function* exclusive({ placed: { statement, conditionPath } }: RuleInput): Generator<RuleFinding> {
  const byKey = new Map<string, Condition[]>()
  for (const condition of statement.conditions)
    if (isPlain(condition))
      byKey.set(condition.key, [...(byKey.get(condition.key) ?? []), condition])
  for (const [key, conditions] of byKey) {
    const [first] = conditions
    if (!first || conditions.length < 2) continue
    const possible = possibleValues(conditions)
    if (!possible || possible.some((value) => conditions.every((one) => fits(one, value)))) continue
    yield finding(
      'contradiction',
      conditionPath(first.operator, key),
      `no value of \`${shown(key)}\` fits ${conditions.map((one) => one.operator).join(' and ')}`,
    )
  }
}

/** Whether a condition compares a single value with values that are written out. */
function isPlain({ operator, values, variables }: Condition): boolean {
  return !/^For|^Null$/.test(operator) && variables.length === 0 && values.length > 0
}

function fits({ holds, key }: Condition, value: string): boolean {
  const question: Question = {
    principal: { kind: 'anonymous', arn: '' },
    action: '',
    resource: '*',
    context: new Map([[key, [value]]]),
  }
  return holds(question)
}

/**
 * Values of which one satisfies the conditions if any value does; undefined when that is not known.
 * A condition that an absent key satisfies does not say that there is a value.
 */
function possibleValues(conditions: readonly Condition[]): readonly string[] | undefined {
  const wanting = conditions.filter(({ operator }) => !/Not|IfExists$/.test(operator))
  const equal = wanting.find(
    ({ operator, values }) =>
      /^(?:StringEquals|NumericEquals|DateEquals|Bool)$/.test(operator) ||
      (/^Arn/.test(operator) && values.every((value) => !/[*?]/.test(value))),
  )
  if (equal) return equal.operator === 'Bool' ? ['true', 'false'] : equal.values
  if (wanting.length === 0) return undefined
  if (conditions.every((one) => isOrder(one, 'Numeric')))
    return between(conditions.flatMap(({ values }) => values.map(Number))).map(String)
  if (conditions.every((one) => isOrder(one, 'Date'))) {
    const instants = conditions.flatMap(({ values }) => values.map((one) => parseInstant(one) ?? 0))
    return between(instants).map(written)
  }
  return undefined
}

/** As seconds where the year does not have four digits. */
function written(instant: number): string {
  return instant > -6e13 && instant < 2.5e14
    ? new Date(instant).toISOString()
    : String(Math.floor(instant / 1000))
}

function isOrder({ operator }: Condition, type: string): boolean {
  const base = parseOperator(operator)
  return 'base' in base && base.base.startsWith(type)
}

/** The bounds, what lies between two of them, and what lies beyond all. */
function between(bounds: readonly number[]): readonly number[] {
  const sorted = [...bounds].sort((a, b) => a - b)
  const gaps = sorted.slice(1).map((bound, at) => (bound + sorted[at]!) / 2)
  return [...sorted, ...gaps, sorted[0]! - 1000, sorted.at(-1)! + 1000]
}
