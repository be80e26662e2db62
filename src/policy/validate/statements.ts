import { statementCovers } from '../cover-statement.ts'
import type { PolicyKind } from '../question.ts'
import type { Statement } from '../statement.ts'
import type { RuleFinding } from './finding.ts'
import type { PlacedStatement } from './placed-statement.ts'
import { finding, isOnEverything } from './rule.ts'

/** The most statements that are compared with each other: twice what fits into any policy. */
const mostCompared = 600

/** Findings about several statements together. */
export function* togetherRules(
  placed: readonly PlacedStatement[],
  kind: PolicyKind,
): Generator<RuleFinding> {
  const limits =
    kind === 'identity' || kind === 'boundary' || kind === 'session' || kind === 'service-control'
  if (limits && placed.every(({ statement }) => statement.effect === 'Deny')) {
    yield finding('grants-nothing', 'Statement', 'the policy only denies')
  }
  for (const { statement, path } of placed)
    if (deniesEverything(statement))
      yield finding('deny-everything', path, 'every action on every resource is denied')
  if (placed.length > mostCompared) return
  for (const [index, { statement, path }] of placed.entries()) {
    const twin = placed.slice(0, index).find((other) => equal(other.statement, statement))
    if (twin) {
      yield finding(
        'duplicate-statement',
        path,
        `it says what statement ${twin.statement.index + 1} says`,
      )
      continue
    }
    const wider = placed.find(
      (other, at) =>
        at !== index &&
        other.statement.effect === statement.effect &&
        statementCovers(other.statement, statement) &&
        !(at > index && statementCovers(statement, other.statement)),
    )
    if (wider)
      yield finding(
        'redundant-statement',
        path,
        `statement ${wider.statement.index + 1} says all of it`,
      )
    const deny =
      statement.effect === 'Allow'
        ? placed.find(
            (other) =>
              other.statement.effect === 'Deny' && statementCovers(other.statement, statement),
          )
        : undefined
    if (deny)
      yield finding(
        'shadowed-by-deny',
        path,
        `statement ${deny.statement.index + 1} denies all of it`,
      )
  }
}

function equal(one: Statement, other: Statement): boolean {
  return one.effect === other.effect && statementCovers(one, other) && statementCovers(other, one)
}

function deniesEverything(statement: Statement): boolean {
  const { effect, actions, conditions, principals } = statement
  if (effect !== 'Deny' || actions.not || conditions.length > 0 || !isOnEverything(statement))
    return false
  return (
    actions.values.some(({ text }) => text === '*') &&
    (!principals || (!principals.not && principals.values.some(({ kind }) => kind === '*')))
  )
}
