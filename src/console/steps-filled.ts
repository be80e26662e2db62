import type { Action } from './call.ts'
import { type Entry, entryOf, fieldProblem, type Step, type Values } from './fields.ts'
import type { PageRequest } from './request.ts'
import type { StepsRules, StepsState } from './steps-rules.ts'
import { words } from './words.ts'

/** Where a person is in a form, and what they filled in. */
export interface Filled {
  readonly steps: readonly Step[]
  readonly at: number
  /** Of every field that is asked for. */
  readonly entries: readonly Entry[]
  readonly values: Values
}

/** Returns the first step with a problem, and what is wrong there. */
export function problemsOf(steps: readonly Step[], { entries }: Filled) {
  for (const [at, { fields }] of steps.entries()) {
    const problems: Record<string, string> = {}
    for (const { rule, typed } of entries) {
      if (!fields.includes(rule)) continue
      const problem = fieldProblem(rule, typed)
      if (problem !== undefined) problems[rule.name] = problem
    }
    if (Object.keys(problems).length > 0) return { at, problems }
  }
  return undefined
}

export function wholeProblems({ problemOf }: StepsState, { values, at }: Filled) {
  const problems = problemOf?.(values)
  return problems && { at, problems }
}

/** Finds the values of the fields that are asked for, each by those before it. */
export function fill<A extends Action, S extends StepsState>(
  { steps: own, last = [], reviewed = false }: StepsRules<A, S>,
  { values: now = {} }: S,
  request: PageRequest,
): Filled {
  const steps =
    own.length === 1 && !reviewed ? own : [...own, { title: words.review, fields: last }]
  const values: Record<string, string> = {}
  const entries: Entry[] = []
  for (const rule of steps.flatMap(({ fields }) => fields)) {
    if (rule.when && !rule.when(values)) continue
    const entry = entryOf(rule, now[rule.name] ?? '', request)
    values[rule.name] = entry.typed
    entries.push(entry)
  }
  return { steps, at: within(Number(request.body('_step') ?? 0), steps), entries, values }
}

export function within(at: number, steps: readonly Step[]): number {
  return Number.isInteger(at) && at >= 0 && at < steps.length ? at : 0
}

/** Whether the person changed what a list of the step is looked through for. */
export function isSeeking({ fields }: Step, { body }: PageRequest): boolean {
  return fields.some(({ name }) => (body(`_find.${name}`) ?? '') !== (body(`_found.${name}`) ?? ''))
}
