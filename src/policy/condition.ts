import { nearest } from '../kernel/nearest.ts'
import { type Operator, operators, type ValueTest } from './operators.ts'
import type { Refusal } from './problem-code.ts'
import type { Question } from './question.ts'

export type ConditionTest = (question: Question) => boolean

/** One key under one operator: its values are alternatives. */
export interface Condition {
  readonly operator: string
  /** Lower case. */
  readonly key: string
  readonly values: readonly string[]
  readonly holds: ConditionTest
  /** Lower-case names of the condition keys that the values use as variables. */
  readonly variables: readonly string[]
  /** Whether `${…}` is a variable in the values. */
  readonly templated: boolean
}

const none: readonly never[] = []

export type SetOperator = 'ForAnyValue' | 'ForAllValues'
export interface OperatorName {
  readonly set?: SetOperator | undefined
  readonly base: string
  readonly ifExists: boolean
}

const shape = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/

/** Splits the name of a condition operator into its parts, or says why it is not one. */
export function parseOperator(text: string): OperatorName | Refusal {
  const found = shape.exec(text)
  const [, set, base = '', ifExists] = found ?? []
  if (base === 'Null') {
    if (ifExists)
      return {
        code: 'null-with-modifier',
        message: '`Null` takes no IfExists: it asks whether the key exists',
      }
    if (set)
      return {
        code: 'null-with-modifier',
        message: '`Null` takes no set operator: it asks whether the key exists',
      }
    return { base, ifExists: false }
  }
  if (!found || !operators.has(base)) {
    const close = nearest(base || text, [...operators.keys(), 'Null'])
    return {
      code: 'unknown-operator',
      message: `not a condition operator${close ? `; did you mean \`${close}\`?` : ''}`,
    }
  }
  return { base, ifExists: ifExists !== undefined, set: set as SetOperator | undefined }
}

/** Null: with `true`, the key must be absent or have no value; with `false`, it must have one. */
function nullTest(key: string, values: readonly string[]): ConditionTest {
  const absent = values.some((value) => value.toLowerCase() === 'true')
  const present = values.some((value) => value.toLowerCase() === 'false')
  return ({ context }) => ((context.get(key)?.length ?? 0) === 0 ? absent : present)
}

/**
 * The test of a single value of the request: it must match any value of the policy, or with a
 * negated operator none.
 */
function combined({ negated }: Operator, tests: readonly ValueTest[]): ValueTest {
  const [only] = tests
  if (tests.length === 1 && only) return only
  if (negated) return (value, question) => tests.every((test) => test(value, question))
  return (value, question) => tests.some((test) => test(value, question))
}

function oneOf(values: readonly string[]): ValueTest {
  const set = new Set(values)
  return (value) => set.has(value)
}

/**
 * A key without a value counts as absent. A key with several values needs a set operator; without
 * one the condition does not hold.
 */
function keyTest(
  { set, ifExists }: OperatorName,
  { negated }: Operator,
  key: string,
  test: ValueTest,
): ConditionTest {
  if (set === 'ForAllValues') {
    return (question) => question.context.get(key)?.every((value) => test(value, question)) ?? true
  }
  if (set === 'ForAnyValue') {
    return (question) => {
      const values = question.context.get(key)
      return values === undefined || values.length === 0
        ? ifExists
        : values.some((value) => test(value, question))
    }
  }
  const whenAbsent = negated || ifExists
  return (question) => {
    const values = question.context.get(key)
    if (values === undefined || values.length === 0) return whenAbsent
    return values.length === 1 && test(values[0]!, question) && !question.multivalued?.has(key)
  }
}

export type CompiledCondition =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly problems: readonly (Refusal & { readonly value: number })[] }

export interface WrittenCondition {
  /** The operator as written. */
  readonly name: string
  readonly operator: OperatorName
  /** As written. */
  readonly key: string
  readonly values: readonly string[]
  /** Whether `${…}` is a variable in the values. */
  readonly variables: boolean
}

/** Compiles one key of a condition block. */
export function compileCondition(written: WrittenCondition): CompiledCondition {
  const operator = operators.get(written.operator.base)
  return operator ? compileWith(operator, written) : compileNull(written)
}

function compileNull({ name, key, values }: WrittenCondition): CompiledCondition {
  const problems = values.flatMap((text, value) =>
    /^(?:true|false)$/i.test(text) ? [] : [{ ...notBoolean, value }],
  )
  if (problems.length > 0) return { ok: false, problems }
  const lower = key.toLowerCase()
  return {
    ok: true,
    condition: {
      operator: name,
      key: lower,
      values,
      holds: nullTest(lower, values),
      variables: none,
      templated: false,
    },
  }
}
const notBoolean: Refusal = {
  code: 'bad-null-value',
  message: '`Null` takes `true` or `false`',
}

function compileWith(operator: Operator, written: WrittenCondition): CompiledCondition {
  const { name, values, variables } = written
  const compiled = values.map((value) => operator.compile(value, variables))
  const problems = compiled.flatMap((value, i) =>
    value.ok ? [] : [{ value: i, code: value.code, message: value.message }],
  )
  if (problems.length > 0) return { ok: false, problems }
  const tests = compiled.flatMap((value) => (value.ok ? [value.test] : []))
  const keys = compiled.flatMap((value) => (value.ok ? value.keys : []))
  const exact = compiled.flatMap((value) => (value.ok ? (value.exact ?? []) : []))
  const few = name !== 'StringEquals' || exact.length < values.length || exact.length <= 4
  const test = few ? combined(operator, tests) : oneOf(exact)
  const key = written.key.toLowerCase()
  return {
    ok: true,
    condition: {
      operator: name,
      key,
      values,
      holds: keyTest(written.operator, operator, key, test),
      variables: keys.length === 0 ? none : [...new Set(keys)],
      templated: variables,
    },
  }
}
