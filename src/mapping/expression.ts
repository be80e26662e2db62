import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js'
import { nearest } from '../kernel/nearest.ts'
import { costLimit, worstCost } from './cost.ts'
import {
  allowedFunctions,
  compilePattern,
  lowerAsciiLetters,
  macros,
  matchesPattern,
  patternLength,
  replacements,
  upperAsciiLetters,
} from './functions.ts'
import { IdentityValue, identityFields } from './identity-type.ts'
import { asOperator, likelySlip } from './likely-slip.ts'

export type ValueType = 'bool' | 'string' | 'list<string>'
export interface Scope {
  readonly identity: IdentityValue
  /** The current element of `forEach`. */
  readonly item?: string | undefined
}
/**
 * An expression that was type-checked and costs no more than costLimit. Running it may throw
 * ExpressionFailure.
 */
export interface Expression<T> {
  readonly source: string
  readonly ast: ASTNode
  run(scope: Scope): T
}
export interface ExpressionProblem {
  readonly message: string
  /** Position in the source: characters from its start. */
  readonly offset: number
}
export type Compiled<T> =
  | { readonly ok: true; readonly expression: Expression<T> }
  | { readonly ok: false; readonly problem: ExpressionProblem }

/**
 * Why an expression has no value for this identity. The message names attributes, never their
 * values.
 */
export class ExpressionFailure extends Error {
  override readonly name = 'ExpressionFailure'
}

const base = new Environment({
  enableOptionalTypes: true,
  limits: {
    maxAstNodes: 400,
    maxDepth: 32,
    maxListElements: 200,
    maxMapEntries: 100,
    maxCallArguments: 4,
  },
})
  .registerType('Identity', { ctor: IdentityValue as never, fields: identityFields })
  .registerVariable('identity', 'Identity')
  .registerFunction('string.matchesPattern(string): bool', matchesPattern as never)
  .registerFunction('string.lowerAsciiLetters(): string', lowerAsciiLetters as never)
  .registerFunction('string.upperAsciiLetters(): string', upperAsciiLetters as never)
const environments = { rule: base.clone(), each: base.clone().registerVariable('item', 'string') }
const sourceLength = 4000

/** `perItem`: whether the variable `item` exists. */
export function compileExpression(source: string, type: 'bool', perItem: boolean): Compiled<boolean>
export function compileExpression(
  source: string,
  type: 'string',
  perItem: boolean,
): Compiled<string>
export function compileExpression(
  source: string,
  type: 'list<string>',
  perItem: boolean,
): Compiled<readonly string[]>
export function compileExpression(
  source: string,
  type: ValueType,
  perItem: boolean,
): Compiled<unknown> {
  if (source.length > sourceLength)
    return refuse(`an expression of ${source.length} characters: at most ${sourceLength}`, 0)
  try {
    const program = environments[perItem ? 'each' : 'rule'].parse(source)
    refuseUnbounded(program.ast, 0)
    const checked = program.check()
    if (!checked.valid) throw checked.error
    if (checked.type !== type) return refuse(`expected a ${names[type]}, found ${checked.type}`, 0)
    if (worstCost(program.ast) > costLimit)
      return refuse(
        'this could take too long for an identity with many groups: look at less at once',
        0,
      )
    return {
      ok: true,
      expression: { source, ast: program.ast, run: (scope) => run(program, scope, type) },
    }
  } catch (error) {
    return { ok: false, problem: problemOf(error, source) }
  }
}

const names: Readonly<Record<ValueType, string>> = {
  bool: 'condition (bool)',
  string: 'text (string)',
  'list<string>': 'list of texts (list<string>)',
}

class Refusal extends Error {
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

function refuse(
  message: string,
  offset: number,
): { readonly ok: false; readonly problem: ExpressionProblem } {
  return { ok: false, problem: { message, offset } }
}

/** Refuses every call that cost.ts can't bound, and puts ours in the place of the library's. */
function refuseUnbounded(node: ASTNode, loops: number): void {
  if (node.op === 'id' && node.args === 'identity')
    throw new Refusal(
      '`identity` needs a field: `identity.username`, `identity.groups`',
      node.start,
    )
  if (
    (node.op === '.' || node.op === '.?') &&
    node.args[0].op === 'id' &&
    node.args[0].args === 'identity'
  )
    return
  if (node.op !== 'call' && node.op !== 'rcall') {
    for (const child of childrenOf(node)) refuseUnbounded(child, loops)
    return
  }
  const name = node.args[0]
  if (!allowedFunctions.has(name))
    throw new Refusal(asOperator(name) ?? unknown('function', name, allowedFunctions), node.start)
  if (name === 'matches') checkPattern(node)
  if (node.op === 'rcall') node.args[0] = replacements[name] ?? name
  const receiver = node.op === 'rcall' ? node.args[1] : undefined
  const args = node.op === 'rcall' ? node.args[2] : node.args[1]
  if (receiver) refuseUnbounded(receiver, loops)
  const binds = macros.has(name) || name === 'bind'
  if (binds && args[0]?.op === 'id' && ['identity', 'item'].includes(args[0].args))
    throw new Refusal(`\`${args[0].args}\` is taken: name the variable otherwise`, args[0].start)
  const depth = macros.has(name) ? loops + 1 : loops
  if (depth > 2)
    throw new Refusal(`\`${name}\` inside another inside another: at most one in one`, node.start)
  // `has` needs its argument unevaluated.
  if (name === 'has') return
  for (const arg of binds ? args.slice(1) : args) refuseUnbounded(arg, depth)
}

function checkPattern(node: ASTNode): void {
  if (node.op !== 'rcall') throw new Refusal('write `text.matches("pattern")`', node.start)
  const pattern = node.args[2][0]
  if (node.args[2].length !== 1 || pattern?.op !== 'value' || typeof pattern.args !== 'string') {
    throw new Refusal(
      'the pattern of `matches` is written out, not computed',
      pattern?.start ?? node.start,
    )
  }
  if (pattern.args.length > patternLength)
    throw new Refusal(
      `a pattern of ${pattern.args.length} characters: at most ${patternLength}`,
      pattern.start,
    )
  try {
    compilePattern(pattern.args)
  } catch (error) {
    throw new Refusal(`not an RE2 pattern: ${(error as Error).message}`, pattern.start)
  }
}

export function childrenOf(node: ASTNode): readonly ASTNode[] {
  const found: ASTNode[] = []
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look)
    else if (typeof value === 'object' && value !== null && 'op' in value)
      found.push(value as ASTNode)
  }
  look(node.args)
  return found
}

function problemOf(error: unknown, source: string): ExpressionProblem {
  if (error instanceof Refusal) return { message: error.message, offset: error.offset }
  const { code, summary, message, range } = error as {
    code?: string | undefined
    summary?: string | undefined
    message: string
    range?: { start: number; end: number }
  }
  const slip = error instanceof ParseError ? likelySlip(source) : undefined
  if (slip) return slip
  const offset = range?.start ?? 0
  const word = /[:\s]\s*([\w-]+)$/.exec(summary ?? '')?.[1] ?? ''
  if (code === 'no_such_key')
    return { message: unknown('field', word, Object.keys(identityFields)), offset }
  if (code === 'unknown_variable' && word === 'item')
    return { message: '`item` is only there in rules with `forEach`', offset }
  if (code === 'unknown_variable')
    return { message: unknown('variable', word, ['identity', 'item']), offset }
  return {
    message: source.trim() === '' ? 'an empty expression' : (summary ?? message.split('\n')[0]!),
    offset,
  }
}

function unknown(what: string, name: string, known: Iterable<string>): string {
  const near = nearest(name, known)
  return `unknown ${what} \`${name}\`${near ? `: did you mean \`${near}\`?` : ''}`
}

function run(program: (context: object) => unknown, scope: Scope, type: ValueType): unknown {
  let value: unknown
  try {
    value = program(scope)
  } catch (error) {
    const { code, summary } = error as { code?: string; summary?: string }
    const key = code === 'no_such_key' ? /: (.*)$/s.exec(summary ?? '')?.[1] : undefined
    throw new ExpressionFailure(
      key !== undefined
        ? `the identity has no \`${key.slice(0, 60)}\``
        : (failures[code ?? ''] ?? 'it has no value for this identity'),
    )
  }
  if (!fits[type](value)) throw new ExpressionFailure(`its value is not a ${names[type]}`)
  return value
}

/** Replace the library's messages, because they may quote values. */
const failures: Readonly<Record<string, string>> = {
  index_out_of_range: 'a place past the end of a list or text',
  index_out_of_bounds: 'a place past the end of a list',
  optional_value_missing: 'an optional value that is absent',
  division_by_zero: 'a division by zero',
  numeric_overflow: 'a number that is too big',
  invalid_timestamp: 'a text that is not a time',
  invalid_duration: 'a text that is not a duration',
  int_conversion_error: 'a text that is not a whole number',
  double_conversion_error: 'a text that is not a number',
}

const fits: Readonly<Record<ValueType, (value: unknown) => boolean>> = {
  bool: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  'list<string>': (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
}
