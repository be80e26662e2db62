import { type Action, type Call, type CallRefusal, isDenial } from './call.ts'
import {
  type Entry,
  entryOf,
  type FieldRule,
  fieldProblem,
  type Step,
  type Values,
} from './fields.ts'
import { carriedBy, contentOf, reviewOf } from './form-content.ts'
import type { FormProblem } from './form-shown.ts'
import type { PageRequest } from './request.ts'
import type { Control, FormContent, ReportContent, Section, Action as Way } from './shown.ts'
import { runTasks, type Task } from './tasks.ts'
import { words } from './words.ts'

/** What a form begins with. */
export interface StepsState {
  readonly title: string
  readonly says?: string | undefined
  /** Why nothing can be changed here. */
  readonly locked?: string | undefined
  /** Current values, by the fields' names. */
  readonly values?: Values | undefined
  /** Loads the control of a field when it is shown; `sought`: what the person looks for. */
  readonly controls?: Readonly<Record<string, (sought: string) => Promise<Control>>> | undefined
  /** For the field of kind `security-key`. */
  readonly ceremony?: FormContent['ceremony']
  readonly keep: Way
  readonly sections?: FormContent['sections']
  /** Returns what is wrong with the values as a whole, by fields, beyond the checks of each. */
  readonly problemOf?:
    | ((values: Values) => Readonly<Record<string, string>> | undefined)
    | undefined
  /** Digest of what the person is shown: nothing is done when it is another by now. */
  readonly seen?: string | undefined
}

/** What a filled form does. */
export interface Plan<A extends Action> {
  readonly tasks: readonly Task<A>[]
  /** Where the browser goes when all of it was done, with a message that is shown there once. */
  readonly to: string
  readonly said: string
  /** The title of the report, where a task was refused or something is to be shown once. */
  readonly report: string
  /**
   * Does it in place of the tasks, and sees to it that each part is done once; `carried`: all that
   * was filled in, for a form that goes on.
   */
  readonly run?: ((carried: Carried) => Promise<ReportContent>) | undefined
}

/** Names and values of hidden fields. */
export type Carried = readonly (readonly [name: string, value: string])[]

export interface Asked<S extends StepsState>
  extends Pick<PageRequest, 'params' | 'session' | 'publicUrl'> {
  /** Whether the person changed a field. */
  changed(name: string): boolean
  /** The values before the change. */
  readonly now: Values
  /** What was read. */
  readonly state: S
}

/** The browser goes there after a change. */
export interface Saved {
  readonly kind: 'saved'
  readonly to: string
  readonly said: string
}

export interface StepsRules<A extends Action, S extends StepsState = StepsState> {
  /** A form of one step has no review, unless it is `reviewed`. */
  readonly steps: readonly Step[]
  readonly reviewed?: boolean | undefined
  /** Fields of the last step, such as secrets, which no earlier one may hold. */
  readonly last?: readonly FieldRule[] | undefined
  readonly button: string
  readonly danger?: boolean | undefined
  /** What the last step shows besides the values: what the form makes of them. */
  preview?(
    values: Values,
    request: PageRequest,
    state: S,
  ): readonly Section[] | Promise<readonly Section[]>
  /** An unchanged form says so and does nothing. */
  readonly edits?: boolean | undefined
  read(call: Call<A>, request: PageRequest): Promise<S>
  plan(values: Values, asked: Asked<S>): Plan<A>
}

/** Where a person is in a form, and what they filled in. */
export interface Filled {
  readonly steps: readonly Step[]
  readonly at: number
  /** Of every field that is asked for. */
  readonly entries: readonly Entry[]
  readonly values: Values
}

interface Trouble {
  readonly problems?: Readonly<Record<string, string>> | undefined
  readonly problem?: FormProblem | undefined
  readonly status?: number | undefined
  /** The person sees both the current value and their own, and decides. */
  readonly contested?: boolean | undefined
}

export async function openSteps<A extends Action, S extends StepsState>(
  page: StepsRules<A, S>,
  call: Call<A>,
  request: PageRequest,
): Promise<FormContent> {
  const state = await page.read(call, request)
  return show(page, { state, filled: { ...fill(page, state, request), at: 0 }, request })
}

/**
 * Reads the current state, checks what was filled in against the limits, and does what the person
 * changed. On any refusal the form comes back with the person's input.
 */
export async function submitSteps<A extends Action, S extends StepsState>(
  page: StepsRules<A, S>,
  call: Call<A>,
  request: PageRequest,
): Promise<FormContent | ReportContent | Saved> {
  const state = await page.read(call, request)
  const filled = fill(page, state, request)
  const { steps, at } = filled
  const here = { state, filled, request }
  const stepTo = (step: number) => ({ ...here, filled: { ...filled, at: step } })
  const go = request.body('_go') ?? 'next'
  const to = /^step:(\d{1,2})$/.exec(go)?.[1]
  if (to !== undefined) return show(page, stepTo(within(Number(to), steps)))
  if (go === 'kept') return show(page, here, { problem: words.kept })
  if (go === 'find' || go === 'more' || (go === 'enter' && isSeeking(steps[at]!, request)))
    return show(page, here)
  const isLast = at === steps.length - 1
  const found =
    problemsOf(isLast ? steps : steps.slice(0, at + 1), filled) ??
    (isLast ? wholeProblems(state, filled) : undefined)
  if (found)
    return show(page, stepTo(found.at), {
      problems: found.problems,
      problem: words.unfit,
      status: 400,
    })
  if (isLast) return finish(page, call, here)
  // The next step begins with what is there now, so that it is told before.
  const contested = filled.entries.some(({ isContested }) => isContested)
  const trouble = contested ? { status: 409, problem: words.meanwhile, contested } : {}
  return show(page, stepTo(at + 1), trouble)
}

/** A form that is sent twice is obeyed once; one that comes back may be sent again. */
async function finish<A extends Action, S extends StepsState>(
  page: StepsRules<A, S>,
  call: Call<A>,
  here: Shown<S>,
): Promise<FormContent | ReportContent | Saved> {
  const { state, filled, request } = here
  const plan = page.plan(filled.values, {
    ...{ params: request.params, session: request.session, publicUrl: request.publicUrl },
    ...{ now: state.values ?? {}, state },
    changed: (name) =>
      filled.entries.some(({ rule, isChanged }) => isChanged && rule.name === name),
  })
  // One that goes on part by part sees to it itself.
  const id = plan.run ? '' : (request.body('_once') ?? '')
  if (id !== '' && !(await request.once.claim(id)))
    return { kind: 'saved', to: state.keep.href, said: words.again.said }
  const answer = await obey(page, call, here, plan)
  if (id !== '' && answer.kind === 'form') await request.once.release(id)
  return answer
}

async function obey<A extends Action, S extends StepsState>(
  page: StepsRules<A, S>,
  call: Call<A>,
  here: Shown<S>,
  plan: Plan<A>,
): Promise<FormContent | ReportContent | Saved> {
  const { state, filled, request } = here
  const { entries } = filled
  const again = (trouble: Trouble) => show(page, here, trouble)
  const changed = entries.filter(({ isChanged }) => isChanged)
  if (changed.some(({ isContested }) => isContested))
    return again({ status: 409, problem: words.meanwhile, contested: true })
  if (state.seen !== undefined && request.body('_seen') !== state.seen)
    return again({ status: 409, problem: words.others })
  if (page.edits && changed.length === 0)
    return { kind: 'saved', to: state.keep.href, said: words.unchanged }
  if (plan.run) return plan.run(carriedBy(entries, { title: '', fields: [] }))
  if ((request.body('_once') ?? '') === '' && !state.locked)
    return again({ status: 400, problem: words.unsigned })
  const { tasks, to, said, report } = plan
  const { outcomes, terms, refusal } = await runTasks(tasks, call)
  if (refusal) return again(refused(entries, refusal))
  const failed = outcomes.some(({ state: one }) => one !== 'done')
  if (!failed && terms.length === 0) return { kind: 'saved', to, said }
  const links = [failed ? { text: state.keep.text, href: to } : { text: words.next, href: to }]
  return { kind: 'report', title: report, says: said, terms, outcomes, links }
}

/** Returns the first step with a problem, and what is wrong there. */
function problemsOf(steps: readonly Step[], { entries }: Filled) {
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

function wholeProblems({ problemOf }: StepsState, { values, at }: Filled) {
  const problems = problemOf?.(values)
  return problems && { at, problems }
}

/** Finds the values of the fields that are asked for, each by those before it. */
function fill<A extends Action, S extends StepsState>(
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

function within(at: number, steps: readonly Step[]): number {
  return Number.isInteger(at) && at >= 0 && at < steps.length ? at : 0
}

/** Whether the person changed what a list of the step is looked through for. */
function isSeeking({ fields }: Step, { body }: PageRequest): boolean {
  return fields.some(({ name }) => (body(`_find.${name}`) ?? '') !== (body(`_found.${name}`) ?? ''))
}

/** What a form is shown from. */
interface Shown<S extends StepsState> {
  readonly state: S
  readonly filled: Filled
  readonly request: PageRequest
}

async function show<A extends Action, S extends StepsState>(
  page: StepsRules<A, S>,
  { state, filled, request }: Shown<S>,
  { problems = {}, problem, status, contested = false }: Trouble = {},
): Promise<FormContent> {
  const { steps, at, entries } = filled
  const { title, says, locked, keep, ceremony, sections, controls = {} } = state
  const fields = await Promise.all(
    entries
      .filter(({ rule }) => steps[at]!.fields.includes(rule))
      .map(async (entry) => {
        const { name } = entry.rule
        const sought = request.body(`_find.${name}`) ?? ''
        const control = await controls[name]?.(sought)
        return contentOf(entry, { problem: problems[name], contested, control })
      }),
  )
  const isReview = steps.length > 1 && at === steps.length - 1
  const shown = isReview ? await page.preview?.(filled.values, request, state) : sections
  return {
    ...{
      kind: 'form',
      title,
      says,
      locked,
      keep,
      ceremony,
      sections: shown,
      fields,
      problem,
      status,
    },
    button: steps.length > 1 && !isReview ? words.next : page.button,
    steps: steps.length > 1 ? { titles: steps.map((one) => one.title), at } : undefined,
    review: isReview ? reviewOf(entries, steps[at]!) : undefined,
    carried: [
      ...carriedBy(entries, steps[at]!),
      ...(state.seen === undefined ? [] : [['_seen', state.seen] as const]),
    ],
    once: request.once.fresh(),
    danger: page.danger,
  }
}

/** Shows the service's message beside the field that it names, otherwise at the top. */
function refused(entries: readonly Entry[], refusal: CallRefusal): Trouble {
  const { fault, reference } = refusal
  const named = entries.find(({ rule }) => fault.message.includes(`at '${camel(rule.name)}'`))
  if (named) {
    const problems = { [named.rule.name]: fault.message }
    return { problems, problem: words.unfit, status: fault.status }
  }
  const title = isDenial(refusal) ? words.denied : words.refused
  return { problem: { title, next: fault.message, reference }, status: fault.status }
}

/** Converts a member's name to the spelling of the service's validation messages. */
function camel(member: string): string {
  return member.slice(0, 1).toLowerCase() + member.slice(1)
}
