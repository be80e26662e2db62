import type { Identity } from '../kernel/identity.ts'
import { type Condition, compileCondition } from './condition.ts'
import {
  type Compiled,
  compileExpression,
  type Expression,
  ExpressionFailure,
  type ExpressionProblem,
  type Scope,
} from './expression.ts'
import { IdentityValue, overCaps } from './identity-type.ts'
import type { RuleProblem } from './rule.ts'

export type ClaimValue = string | boolean | readonly string[]

/** Who may use an app and what it is told, as written in the settings: CEL over `identity`. */
export interface AppRule {
  readonly id: string
  /** bool; absent: everybody who can sign in. */
  readonly when?: string | undefined
  /** list of texts; absent: the app gets no groups. */
  readonly groups?: string | undefined
  /** text, bool or list of texts for each claim. */
  readonly claims?: Readonly<Record<string, string>> | undefined
}

/** What an app may know of a person, with the reason. */
export interface AppVerdict {
  readonly app: string
  readonly result: 'allowed' | 'refused' | 'failed'
  readonly reason: string
  /** Empty unless allowed. A claim that has no value for this person is left out. */
  readonly claims: Readonly<Record<string, ClaimValue>>
}

/** Begins the client id of an app that registered itself, and of no app of the settings. */
export const registeredPrefix = 'dyn.'

/** The rule of who may use apps that registered themselves: one for all of them. */
export const registeredRule = 'dyn.*'

export interface AppRules {
  /** Pure, and never throws. Undefined: there is no such app. */
  evaluate(app: string, identity: Identity): AppVerdict | undefined
  /** Whether there is an app that this person may use. */
  mayUseAny(identity: Identity): boolean
  /** Every app, in the order of the settings. */
  all(identity: Identity): readonly AppVerdict[]
  /** The claims that some app is told, `groups` among them. */
  readonly claimNames: readonly string[]
}

export type CompiledAppRules =
  | { readonly ok: true; readonly appRules: AppRules }
  | { readonly ok: false; readonly problems: readonly RuleProblem[] }

interface CompiledApp {
  readonly id: string
  readonly condition: Condition | undefined
  readonly claims: readonly (readonly [name: string, expression: Expression<unknown>])[]
}

/** Type-checks every expression and bounds its cost. Paths of problems begin with the app's id. */
export function compileAppRules(rules: readonly AppRule[]): CompiledAppRules {
  const problems: RuleProblem[] = []
  const apps = new Map(
    rules.map((rule) => [
      rule.id,
      compileApp(rule, (path, problem) => problems.push({ ...problem, path: [rule.id, ...path] })),
    ]),
  )
  if (problems.length > 0) return { ok: false, problems }
  return {
    ok: true,
    appRules: {
      claimNames: [...new Set([...apps.values()].flatMap(({ claims }) => claims.map(([n]) => n)))],
      evaluate(id, identity) {
        const app = apps.get(id)
        return app && evaluate(app, identity)
      },
      mayUseAny: (identity) =>
        [...apps.values()].some((app) => evaluate(app, identity).result === 'allowed'),
      all: (identity) => [...apps.values()].map((app) => evaluate(app, identity)),
    },
  }
}

function compileApp(
  { id, when, groups, claims = {} }: AppRule,
  problem: (path: readonly string[], problem: ExpressionProblem) => void,
): CompiledApp {
  const condition = when === undefined ? undefined : compileCondition(when)
  if (condition?.ok === false) problem(['when'], condition.problem)
  const compiled: [string, Expression<unknown>][] = []
  const keep = (name: string, path: readonly string[], one: Compiled<unknown>) => {
    if (one.ok) compiled.push([name, one.expression])
    else problem(path, one.problem)
  }
  if (groups !== undefined)
    keep('groups', ['groups'], compileExpression(groups, 'list<string>', false))
  for (const [name, source] of Object.entries(claims))
    keep(name, ['claims', name], compileClaim(source))
  return { id, condition: condition?.ok ? condition.condition : undefined, claims: compiled }
}

/** The first of the three types that fits. */
export function compileClaim(source: string): Compiled<unknown> {
  const text = compileExpression(source, 'string', false)
  if (text.ok || !text.problem.message.startsWith('expected a')) return text
  const truth = compileExpression(source, 'bool', false)
  return truth.ok ? truth : compileExpression(source, 'list<string>', false)
}

function evaluate({ id, condition, claims }: CompiledApp, identity: Identity): AppVerdict {
  const without = (result: AppVerdict['result'], reason: string): AppVerdict => ({
    app: id,
    result,
    reason,
    claims: {},
  })
  const tooBig = overCaps(identity)
  if (tooBig) return without('failed', tooBig)
  const scope: Scope = { identity: new IdentityValue(identity) }
  const verdict = condition?.test(scope)
  if (verdict?.result === 'fails') return without('refused', `${verdict.because} does not hold`)
  if (verdict?.result === 'error')
    return without('failed', `${verdict.because}: ${verdict.message}`)
  return {
    app: id,
    result: 'allowed',
    reason: verdict ? `${verdict.because} holds` : 'the app has no condition',
    claims: Object.fromEntries(
      claims.flatMap(([name, expression]) => {
        const value = claimOf(expression, scope)
        return value === undefined ? [] : [[name, value]]
      }),
    ),
  }
}

function claimOf(expression: Expression<unknown>, scope: Scope): ClaimValue | undefined {
  try {
    return expression.run(scope) as ClaimValue
  } catch (error) {
    if (error instanceof ExpressionFailure) return undefined
    throw error
  }
}
