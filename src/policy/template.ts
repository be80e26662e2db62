import { anyOne, anyRun, compileGlob, type Glob, globMatches } from './glob.ts'
import type { Refusal } from './problem-code.ts'
import type { Question } from './question.ts'

/** A text of a policy: pieces of a pattern, and variables that a question fills in. */
export interface Template {
  readonly pieces: readonly Piece[]
  /** Lower-case names of the variables, also of those that have a default. */
  readonly keys: readonly string[]
}
type Piece =
  | { readonly glob: Glob }
  | { readonly key: string; readonly otherwise: string | undefined }

export interface TemplateRules {
  /** Only under Version 2012-10-17. */
  readonly variables: boolean
  /** Whether `*` and `?` are wildcards here. */
  readonly wildcards: boolean
}

export type TemplateResult =
  | { readonly ok: true; readonly template: Template }
  | ({ readonly ok: false } & Refusal)

/** `${*}`, `${?}` and `${$}` stand for the characters themselves, without a special meaning. */
const literals: ReadonlySet<string> = new Set(['*', '?', '$'])
/**
 * A key name, then perhaps a comma, a space and a default in single quotes (IAM user guide,
 * "Variables").
 */
const variable = /^([^\s,'{}$]+:[^,'{}$]{1,256})(?:, '([^']{0,256})')?$/

const longestVariable = 1024

/** Parses a text of a policy. Never makes a regular expression of it. */
export function parseTemplate(
  text: string,
  { variables, wildcards }: TemplateRules,
): TemplateResult {
  const pieces: Piece[] = []
  const keys: string[] = []
  let glob: number[] = []
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    if (variables && character === '$' && text[i + 1] === '{') {
      const end = text.indexOf('}', i)
      if (end < 0)
        return {
          ok: false,
          code: 'unclosed-variable',
          message: 'the variable has no closing `}`; write `${$}{` for the characters themselves',
        }
      const inside = text.slice(i + 2, end)
      i = end
      if (literals.has(inside)) {
        glob.push(inside.charCodeAt(0))
        continue
      }
      const found = inside.length <= longestVariable ? variable.exec(inside) : null
      if (!found)
        return {
          ok: false,
          code: 'bad-variable',
          message: "a variable is written `${prefix:key}` or `${prefix:key, 'default'}`",
        }
      const key = found[1]!.toLowerCase()
      if (glob.length > 0) pieces.push({ glob })
      pieces.push({ key, otherwise: found[2] })
      if (!keys.includes(key)) keys.push(key)
      glob = []
    } else if (wildcards && character === '*') {
      if (glob.at(-1) !== anyRun) glob.push(anyRun)
    } else {
      glob.push(wildcards && character === '?' ? anyOne : text.charCodeAt(i))
    }
  }
  if (glob.length > 0) pieces.push({ glob })
  return { ok: true, template: { pieces, keys } }
}

/** The pattern, if it has no variables; else undefined. */
export function fixedGlob({ pieces }: Template): Glob | undefined {
  if (pieces.length === 0) return []
  const [only] = pieces
  return pieces.length === 1 && only && 'glob' in only ? only.glob : undefined
}

/**
 * The single value of a key; undefined when it is absent or multi-valued, so that no caller can
 * choose which of its values becomes part of a resource name.
 */
export function singleValue(question: Question, key: string): string | undefined {
  const values = question.context.get(key)
  return values?.length === 1 && !question.multivalued?.has(key) ? values[0] : undefined
}

/** Whether the key is present and is multi-valued or has several values. */
export function isMultivalued(question: Question, key: string): boolean {
  const values = question.context.get(key)
  return values !== undefined && (values.length > 1 || question.multivalued?.has(key) === true)
}

/**
 * The pattern for one question; undefined when a variable has no value. Values of variables are
 * literal.
 */
export function expand({ pieces }: Template, question: Question): Glob | undefined {
  const whole: number[] = []
  for (const piece of pieces) {
    if ('glob' in piece) {
      for (const unit of piece.glob) whole.push(unit)
      continue
    }
    const { key, otherwise } = piece
    const value =
      singleValue(question, key) ?? (isMultivalued(question, key) ? undefined : otherwise)
    if (value === undefined) return undefined
    for (let i = 0; i < value.length; i++) whole.push(value.charCodeAt(i))
  }
  return whole
}

export type TemplateMatcher = (text: string, question: Question) => boolean

/** Matches nothing when a variable has no value. */
export function compileTemplate(template: Template): TemplateMatcher {
  const fixed = fixedGlob(template)
  if (fixed) return compileGlob(fixed)
  return (text, question) => {
    const glob = expand(template, question)
    return glob !== undefined && globMatches(glob, text)
  }
}
