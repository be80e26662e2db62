import { ExpressionFailure, type Scope } from './expression.ts'
import { compileTemplate, fill, type Template } from './template.ts'
import { wrongPolicyPart } from './values.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type Compiled =
  | null
  | boolean
  | number
  | Template
  | readonly Compiled[]
  | ReadonlyMap<string, Compiled>
export type CompiledPolicy =
  | { readonly ok: true; render(scope: Scope): string }
  | { readonly ok: false; readonly message: string }

export class UnfitValue extends Error {
  override readonly name = 'UnfitValue'
}

/**
 * `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, `${*}`: variables of policies are left for
 * the policy engine.
 */
const policyVariable = /^\s*[A-Za-z0-9-]+:[\w/.:-]+\s*(,\s*'[^']*'\s*)?$|^[*?$]$/

/**
 * Expressions stand in values of the parsed document, so that no value can change its structure.
 * Keys have none, and what is filled in must contain no wildcard and no variable.
 */
export function compileSessionPolicy(text: string, perItem: boolean): CompiledPolicy {
  let document: Json
  try {
    document = JSON.parse(text) as Json
  } catch {
    return { ok: false, message: 'the session policy is not JSON' }
  }
  const wrong: string[] = []
  const compile = (value: Json): Compiled => {
    if (typeof value === 'string') {
      const compiled = compileTemplate(value, perItem, (part) => policyVariable.test(part))
      if (compiled.ok) return compiled.template
      wrong.push(compiled.problem.message)
      return null
    }
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(compile)
    return new Map(Object.entries(value).map(([key, inner]) => [key, compile(inner)]))
  }
  const compiled = compile(document)
  if (wrong.length > 0) return { ok: false, message: `in the session policy: ${wrong[0]}` }
  return { ok: true, render: (scope) => JSON.stringify(rendered(compiled, scope)) }
}

function rendered(value: Compiled, scope: Scope): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((one) => rendered(one, scope))
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, inner]) => [key, rendered(inner, scope)]))
  const template = value as Template
  const values = template.values(scope)
  for (const one of values) {
    const wrong = wrongPolicyPart(one)
    if (wrong) throw new UnfitValue(wrong)
  }
  return fill(template, values)
}

/**
 * The document with a plain word in place of each expression, so that the policy can be checked
 * before there is an identity.
 */
export function samplePolicy(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), (_key, value: unknown) => {
      if (typeof value !== 'string') return value
      const compiled = compileTemplate(value, true, (part) => policyVariable.test(part))
      return compiled.ok
        ? fill(
            compiled.template,
            compiled.template.parts.map(() => 'sample'),
          )
        : value
    })
  } catch {
    return undefined
  }
}

export const isFailure = (error: unknown): error is ExpressionFailure | UnfitValue =>
  error instanceof ExpressionFailure || error instanceof UnfitValue
