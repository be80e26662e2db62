// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this file reads such parts
import {
  compileExpression,
  type Expression,
  type ExpressionProblem,
  type Scope,
} from './expression.ts'

/**
 * A text with `${…}` parts, each a CEL expression of type string. `$${` is a plain `${`.
 */
export interface Template {
  readonly source: string
  /** The literal texts around the parts: always one more than `parts`. */
  readonly literals: readonly string[]
  readonly parts: readonly Expression<string>[]
  /** The values of the parts, in order. Throws ExpressionFailure. */
  values(scope: Scope): readonly string[]
}
export type CompiledTemplate =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly problem: ExpressionProblem }

/**
 * `keep` returns true for parts that stay as they are, such as the policy variable
 * `${aws:username}`.
 */
export function compileTemplate(
  source: string,
  perItem: boolean,
  keep: (part: string) => boolean = () => false,
): CompiledTemplate {
  const literals: string[] = []
  const parts: Expression<string>[] = []
  let literal = ''
  for (let at = 0; at < source.length; ) {
    if (source.startsWith('$${', at)) {
      literal += '${'
      at += 3
      continue
    }
    if (!source.startsWith('${', at)) {
      literal += source[at++]
      continue
    }
    const end = closing(source, at + 2)
    if (end === undefined)
      return { ok: false, problem: { message: '`${` without its `}`', offset: at } }
    const inner = source.slice(at + 2, end)
    if (keep(inner)) literal += source.slice(at, end + 1)
    else {
      const compiled = compileExpression(inner, 'string', perItem)
      if (!compiled.ok)
        return {
          ok: false,
          problem: { message: compiled.problem.message, offset: at + 2 + compiled.problem.offset },
        }
      parts.push(compiled.expression)
      literals.push(literal)
      literal = ''
    }
    at = end + 1
  }
  literals.push(literal)
  return {
    ok: true,
    template: { source, literals, parts, values: (scope) => parts.map((part) => part.run(scope)) },
  }
}

/** Joins the literal texts and the values. */
export function fill(template: Template, values: readonly string[]): string {
  return template.literals.map((literal, index) => literal + (values[index] ?? '')).join('')
}

export function render(template: Template, scope: Scope): string {
  return fill(template, template.values(scope))
}

/**
 * The position of the brace that ends the expression, past braces of strings and maps inside it.
 */
function closing(source: string, from: number): number | undefined {
  let depth = 0
  let quoteMark: string | undefined
  for (let at = from; at < source.length; at++) {
    const letter = source[at]!
    if (quoteMark) {
      if (letter === '\\') at++
      else if (letter === quoteMark) quoteMark = undefined
    } else if (letter === '"' || letter === "'") quoteMark = letter
    else if (letter === '{') depth++
    else if (letter === '}' && depth-- === 0) return at
  }
  return undefined
}
