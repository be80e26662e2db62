import { type Action, type AnyCall, type Call, CallRefusal } from './call.ts'
import type { FieldRule, Step, Values } from './fields.ts'
import type { ReportContent, TaskOutcome } from './form-shown.ts'
import { anyText, type Limits, problemOf } from './limits.ts'
import type { Page, PageBase } from './page.ts'
import type { PageRequest } from './request.ts'
import type { Section } from './shown.ts'
import { openSteps, submitSteps } from './steps.ts'
import type { Carried, StepsRules, StepsState } from './steps-rules.ts'
import { runTasks, type Task } from './tasks.ts'
import { words as all } from './words.ts'

const words = all.bulk

/** So many are chosen at most. */
const mostChosen = 500
/** So many that could not be changed are told one by one; the others are counted. */
const mostTold = 100
/** As a task's message may be. */
const mostMessage = 600

/** What is done to one of many. */
export interface Turn<A extends Action> {
  readonly tasks: readonly Task<A>[]
  /** Why nothing can be done to it here. */
  readonly locked?: string | undefined
}

/** What is done to each of many. */
interface BulkRules<A extends Action> {
  readonly list: string
  /** The limits of one name. */
  readonly name: Limits
  readonly namesLabel: string
  readonly namesHelp: string
  /** The choice of what is done, then what it needs to know. */
  readonly choice: FieldRule
  readonly details: Step
  readonly button: string
  /** Whether it can't be taken back, so that the number of the chosen is asked for. */
  isDanger(values: Values): boolean
  /** How many are done for one answer, so that it comes soon. */
  atOnce(values: Values): number
  read(call: Call<A>, request: PageRequest): Promise<Omit<StepsState, 'values' | 'problemOf'>>
  /** What the review tells of them besides. */
  foretell(call: Call<A>, names: readonly string[], values: Values): Promise<readonly Section[]>
  /** What is done to one of them, found out when its turn has come. */
  turnOf(call: Call<A>, name: string, values: Values): Promise<Turn<A>>
  title(values: Values, many: number): string
}

/**
 * Changes many things in parts, of which each answers what became of it and goes on with the next:
 * a form that carries its own state, as all do. Each call is decided and recorded alone.
 */
export function bulkPage<A extends Action>(page: PageBase<A> & BulkRules<A>): Page {
  const own = (call: AnyCall) => call as unknown as Call<A>
  return {
    ...page,
    kind: 'form',
    open: (call, request) => openSteps(stepsOf(page, own(call), request), own(call), request),
    submit: (call, request) => submitSteps(stepsOf(page, own(call), request), own(call), request),
  }
}

/** One a line. */
export function chosenIn(value = ''): readonly string[] {
  const names = value.split('\n').map((line) => line.trim())
  return [...new Set(names.filter((name) => name !== ''))]
}

function stepsOf<A extends Action>(
  page: BulkRules<A>,
  call: Call<A>,
  request: PageRequest,
): StepsRules<A> {
  const names: FieldRule = {
    name: 'Names',
    label: page.namesLabel,
    help: page.namesHelp,
    control: { kind: 'lines', rows: 8 },
    limits: { ...anyText, required: true },
    check: (value) => namesProblem(value, page.name),
  }
  const confirm: FieldRule = {
    name: 'Confirm',
    label: words.confirm,
    control: { kind: 'line' },
    limits: { ...anyText, required: true },
    when: page.isDanger,
  }
  return {
    steps: [{ title: page.namesLabel, fields: [names, page.choice] }, page.details],
    last: [confirm],
    button: page.button,
    preview: (values) => page.foretell(call, chosenIn(values.Names), values),
    async read() {
      const state = await page.read(call, request)
      return {
        ...state,
        values: { Names: request.queryAll('selected').slice(0, mostChosen).join('\n') },
        problemOf: (values) => confirmProblem(page, values),
      }
    },
    plan: (values) => ({
      ...{ tasks: [], to: page.list, said: '', report: '' },
      run: (carried) => part(page, { call, request, values, carried }),
    }),
  }
}

function namesProblem(value: string, limits: Limits): string | undefined {
  const names = chosenIn(value)
  if (names.length === 0) return problemOf({ ...anyText, required: true }, '')
  if (names.length > mostChosen) return all.tooMany(mostChosen)
  return names.map((name) => problemOf(limits, name)).find((problem) => problem !== undefined)
}

function confirmProblem<A extends Action>(page: BulkRules<A>, values: Values) {
  const many = chosenIn(values.Names).length
  if (!page.isDanger(values) || values.Confirm?.trim() === String(many)) return undefined
  return { Confirm: words.number(many) }
}

interface Part<A extends Action> {
  readonly call: Call<A>
  readonly request: PageRequest
  readonly values: Values
  readonly carried: Carried
}

/** What became of the parts before. */
interface Progress {
  readonly run: string
  readonly at: number
  readonly done: number
  /** Those that could not be changed, as far as they are told. */
  readonly failed: readonly TaskOutcome[]
  readonly untold: number
}

/** Does the part whose turn it is, once, and answers with the form that goes on. */
async function part<A extends Action>(page: BulkRules<A>, asked: Part<A>): Promise<ReportContent> {
  const { call, request, values, carried } = asked
  const names = chosenIn(values.Names)
  const before = progressIn(request, names.length)
  const here = names.slice(before.at, before.at + Math.max(1, page.atOnce(values)))
  const isFirst = before.run !== '' && (await request.once.claimPart(`${before.run}.${before.at}`))
  const outcomes = isFirst
    ? await eachOf(page, call, here, values)
    : [{ words: here.join(', '), state: 'left' as const, message: words.again }]
  const after = progressAfter(before, here.length, outcomes)
  const title = page.title(values, names.length)
  const links = [{ text: words.back, href: page.list }]
  if (after.at < names.length)
    return {
      ...{ kind: 'report', title, outcomes: after.failed, links },
      says: words.working(after.at, names.length),
      goesOn: {
        ...{ carried: [...carried, ...fieldsOf(after)], button: words.button },
        ...{ used: after.at, most: names.length, label: words.progress },
      },
    }
  const refused = after.done === 0 ? outcomes.find(({ status }) => status !== undefined) : undefined
  return {
    ...{ kind: 'report', title, outcomes: toldOf(after), links, status: refused?.status },
    says: words.finished(after.done, names.length),
  }
}

type Outcome = TaskOutcome & { readonly status?: number | undefined }

async function eachOf<A extends Action>(
  page: BulkRules<A>,
  call: Call<A>,
  names: readonly string[],
  values: Values,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (const name of names) outcomes.push(await oneOf(page, call, name, values))
  return outcomes
}

/** What became of one: the first refusal, whatever kind it is, ends what is done to it. */
async function oneOf<A extends Action>(
  page: BulkRules<A>,
  call: Call<A>,
  name: string,
  values: Values,
): Promise<Outcome> {
  try {
    const { tasks, locked } = await page.turnOf(call, name, values)
    if (locked !== undefined) return { words: name, state: 'left', message: locked }
    const needed = tasks.map((task) => ({ ...task, needed: true }))
    const { outcomes, refusal } = await runTasks(needed, call)
    const refused = outcomes.find(({ state }) => state === 'refused')
    if (!refused) return { words: name, state: 'done' }
    return { ...refused, words: words.of(name, refused.words), status: refusal?.fault.status }
  } catch (error) {
    if (!(error instanceof CallRefusal)) throw error
    const { fault, reference } = error
    const { message, status } = fault
    return { words: name, state: 'refused', message, reference, status }
  }
}

/** A form that was sent to begin has an id of its own; one that goes on has that of the first. */
function progressIn({ body }: PageRequest, many: number): Progress {
  const run = body('_run')
  if (run === undefined) return { run: body('_once') ?? '', at: 0, done: 0, failed: [], untold: 0 }
  const number = (name: string) => Math.min(many, Math.max(0, Math.trunc(Number(body(name)) || 0)))
  return {
    ...{ run, at: number('_at'), done: number('_done'), untold: number('_untold') },
    failed: failedIn(body('_failed')),
  }
}

function progressAfter(before: Progress, many: number, outcomes: readonly Outcome[]): Progress {
  const failed = outcomes.filter(({ state }) => state !== 'done')
  const told = failed.slice(0, Math.max(0, mostTold - before.failed.length))
  return {
    run: before.run,
    at: before.at + many,
    done: before.done + outcomes.length - failed.length,
    failed: [...before.failed, ...told.map(({ status: _, ...outcome }) => outcome)],
    untold: before.untold + failed.length - told.length,
  }
}

function toldOf({ failed, untold }: Progress): readonly TaskOutcome[] {
  return untold === 0 ? failed : [...failed, { words: words.more(untold), state: 'left' }]
}

function fieldsOf({ run, at, done, failed, untold }: Progress): Carried {
  const lines = failed.map(({ words: what, state, message = '', reference = '' }) => [
    ...[what, state, message.slice(0, mostMessage), reference],
  ])
  return [
    ['_run', run],
    ['_at', String(at)],
    ['_done', String(done)],
    ['_untold', String(untold)],
    ['_failed', JSON.stringify(lines)],
    ['_step', '2'],
  ]
}

/** What the form carried: the person's own, and told to nobody else. */
function failedIn(text = '[]'): readonly TaskOutcome[] {
  const lines = linesIn(text)
  return lines.slice(0, mostTold).map(([what = '', state, message, reference]) => ({
    words: what,
    state: state === 'left' ? 'left' : 'refused',
    message: message || undefined,
    reference: reference || undefined,
  }))
}

function linesIn(text: string): readonly (readonly string[])[] {
  try {
    const lines: unknown = JSON.parse(text)
    const isLine = (one: unknown) =>
      Array.isArray(one) && one.every((part) => typeof part === 'string')
    return Array.isArray(lines) && lines.every(isLine) ? lines : []
  } catch {
    return []
  }
}
