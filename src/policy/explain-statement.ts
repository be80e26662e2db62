import type { Condition } from './condition.ts'
import type { Question, Reason } from './question.ts'
import { coversAction, namesPrincipal, type Statement } from './statement.ts'

/** One element of a statement, compared with the question. */
export interface Part {
  readonly element:
    | 'Principal'
    | 'NotPrincipal'
    | 'Action'
    | 'NotAction'
    | 'Resource'
    | 'NotResource'
    | 'Condition'
  readonly matched: boolean
  /** As written in the policy. */
  readonly written: readonly string[]
  /** The value of `written` that decided; absent when none did, and for conditions. */
  readonly by?: string | undefined
  /** What the question has; empty for a condition whose key is absent. */
  readonly found: readonly string[]
  /** Only for Condition. */
  readonly operator?: string
  /** Only for Condition, in lower case. */
  readonly key?: string
  /**
   * Condition keys that this part uses and the question does not have: its own, and those of its
   * variables.
   */
  readonly missing: readonly string[]
}

export interface StatementExplanation {
  readonly reason: Reason
  readonly effect: 'Allow' | 'Deny'
  /** Whether all parts match. */
  readonly applies: boolean
  readonly parts: readonly Part[]
}

/**
 * Explains every element of a statement, also after one that failed. `bounded`: whether the
 * principal has a permissions boundary.
 */
export function explainStatement(
  statement: Statement,
  question: Question,
  bounded: boolean,
): StatementExplanation {
  const { effect, reason, conditions } = statement
  const parts = [
    ...principalPart(statement, question, bounded),
    actionPart(statement, question),
    ...resourcePart(statement, question),
    ...conditions.map((condition) => conditionPart(condition, question)),
  ]
  return { reason, effect, applies: parts.every(({ matched }) => matched), parts }
}

function principalPart(
  statement: Statement,
  question: Question,
  bounded: boolean,
): readonly Part[] {
  const { principals, effect } = statement
  if (!principals) return []
  const { arn, roleArn, userArn, account } = question.principal
  return [
    {
      element: principals.not ? 'NotPrincipal' : 'Principal',
      matched: namesPrincipal(statement, question, effect === 'Deny' && bounded) !== undefined,
      written: principals.values.map(({ kind, text }) =>
        kind === '*' || kind === 'AWS' ? text : `${kind} ${text}`,
      ),
      found: [arn, roleArn, userArn, account].filter((name) => name !== undefined),
      missing: [],
    },
  ]
}

function actionPart(statement: Statement, { action }: Question): Part {
  const { not, values } = statement.actions
  const by = values.find(({ matches }) => matches(action.toLowerCase()))?.text
  return {
    element: not ? 'NotAction' : 'Action',
    matched: coversAction(statement, action.toLowerCase()),
    written: values.map(({ text }) => text),
    by,
    found: [action],
    missing: [],
  }
}

function resourcePart({ resources }: Statement, question: Question): readonly Part[] {
  if (!resources) return []
  const { not, values } = resources
  const by = values.find(({ matches }) => matches(question.resource, question))?.text
  return [
    {
      element: not ? 'NotResource' : 'Resource',
      matched: (by !== undefined) !== not,
      written: values.map(({ text }) => text),
      by,
      found: [question.resource],
      missing: absent(
        values.flatMap(({ variables }) => variables),
        question,
      ),
    },
  ]
}

function conditionPart(
  { operator, key, values, variables, holds }: Condition,
  question: Question,
): Part {
  return {
    element: 'Condition',
    operator,
    key,
    matched: holds(question),
    written: values,
    found: question.context.get(key) ?? [],
    missing: absent([key, ...variables], question),
  }
}

function absent(keys: readonly string[], { context }: Question): readonly string[] {
  return [...new Set(keys)].filter((key) => (context.get(key)?.length ?? 0) === 0)
}
