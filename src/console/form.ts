import { type Action, type Call, CallRefusal, type Input, isDenial } from './call.ts'
import { type Limits, limitsOf, problemOf } from './limits.ts'
import type { PageRequest } from './request.ts'
import type {
  CeremonyShown,
  Control,
  FieldShown,
  FormContent,
  FormProblem,
  Action as Way,
} from './shown.ts'

type Value = string | number | undefined

export interface Field<O extends Action> {
  /** The operation's member that this field fills. */
  readonly member: keyof Input<O> & string
  readonly label: string
  readonly help?: string | undefined
  /** `value`: the current value. */
  readonly control: Control | ((value: Value) => Control)
  /** Formats a value for people. */
  readonly words?: ((value: string) => string) | undefined
}

/** The current state. */
export interface FormState {
  readonly title: string
  readonly says?: string | undefined
  readonly locked?: string | undefined
  /** For the field of kind `security-key`. */
  readonly ceremony?: CeremonyShown | undefined
  readonly values: Readonly<Record<string, Value>>
  readonly keep: Way
}

/** Where the browser goes after a change, and the message shown there once. */
export interface Saved {
  readonly kind: 'saved'
  readonly to: string
  readonly said: string
}

export interface FormRules<A extends Action, O extends A> {
  readonly operation: O
  readonly fields: readonly Field<O>[]
  readonly button: string
  read(call: Call<A>, request: PageRequest): Promise<FormState>
  /** Sends only the changed values. */
  save(
    call: Call<A>,
    request: PageRequest,
    changed: Partial<Input<O>>,
  ): Promise<Omit<Saved, 'kind'>>
}

export async function readForm<A extends Action, O extends A>(
  page: FormRules<A, O>,
  call: Call<A>,
  request: PageRequest,
): Promise<FormContent> {
  return contentOf(page, await page.read(call, request))
}

/**
 * Reads the current state, checks the input against the model's limits, and sends what the person
 * changed. On any refusal the form comes back with the person's input.
 */
export async function submitForm<A extends Action, O extends A>(
  page: FormRules<A, O>,
  call: Call<A>,
  request: PageRequest,
): Promise<FormContent | Saved> {
  const state = await page.read(call, request)
  const entries = page.fields.map((field) => entryOf(field.member, state, request))
  const typed = Object.fromEntries(entries.map((entry) => [entry.member, entry.typed]))
  const changed = entries.filter(({ isChanged }) => isChanged)
  if (changed.some(({ isContested }) => isContested))
    return contentOf(page, state, { typed, status: 409, problem: meanwhile, contested: true })
  const problems = problemsOf(page, typed)
  if (Object.keys(problems).length > 0)
    return contentOf(page, state, { typed, problems, status: 400, problem: unfit })
  // A form without fields is a question, and sending it is the answer.
  if (changed.length === 0 && page.fields.length > 0)
    return { kind: 'saved', to: state.keep.href, said: 'Nothing was changed.' }
  const values = Object.fromEntries(
    changed.map(({ member, typed: text }) => [
      member,
      memberValue(limitsOf(page.operation, member as keyof Input<O> & string), text),
    ]),
  ) as Partial<Input<O>>
  try {
    return { kind: 'saved', ...(await page.save(call, request, values)) }
  } catch (error) {
    if (!(error instanceof CallRefusal) || error.fault.status >= 500) throw error
    return contentOf(page, state, { typed, ...refused(page, error) })
  }
}

interface Entry {
  readonly member: string
  readonly typed: string
  /** Changed by this person. A field that they left alone keeps a change made by somebody else. */
  readonly isChanged: boolean
  /** Somebody else changed the same field since the form was opened. */
  readonly isContested: boolean
}

/** Compares a field's value when the form was opened, the submitted value and the current value. */
function entryOf(member: string, { values }: FormState, { body }: PageRequest): Entry {
  const now = textOf(values[member])
  const was = unixLines(body(`_was.${member}`) ?? now)
  const sent = unixLines(body(member) ?? was)
  const typed = sent === was ? now : sent
  return { member, typed, isChanged: typed !== now, isContested: typed !== now && now !== was }
}

interface Trouble {
  readonly typed?: Readonly<Record<string, string>>
  readonly problems?: Readonly<Record<string, string>>
  readonly problem?: FormProblem | undefined
  readonly status?: number | undefined
  /** The person sees both the current value and their own, and decides. */
  readonly contested?: true | undefined
}

const meanwhile: FormProblem = {
  title: 'Somebody changed this meanwhile',
  next: 'Nothing was saved. Compare what it is now with what you typed, and save again.',
}
const unfit: FormProblem = {
  title: 'Nothing was saved yet',
  next: 'Change what is marked, and save again.',
}

function contentOf<A extends Action, O extends A>(
  page: FormRules<A, O>,
  state: FormState,
  { typed = {}, problems = {}, problem, status, contested }: Trouble = {},
): FormContent {
  const fields = page.fields.map((field): FieldShown => {
    const { member, label, help, control, words = (value) => value } = field
    const now = textOf(state.values[member])
    const value = typed[member] ?? now
    return {
      name: member,
      label,
      help,
      control: typeof control === 'function' ? control(state.values[member]) : control,
      limits: limitsOf(page.operation, member),
      value,
      was: now,
      problem: problems[member],
      now: contested && value !== now ? words(now) : undefined,
    }
  })
  const { title, says, locked, ceremony, keep } = state
  const { button } = page
  return { kind: 'form', title, says, locked, ceremony, fields, button, keep, problem, status }
}

function problemsOf<A extends Action, O extends A>(
  page: FormRules<A, O>,
  typed: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const { member } of page.fields) {
    const problem = problemOf(limitsOf(page.operation, member), typed[member]!)
    if (problem !== undefined) found[member] = problem
  }
  return found
}

/** Shows the service's message beside the field that it names, otherwise at the top. */
function refused<A extends Action, O extends A>(
  page: FormRules<A, O>,
  refusal: CallRefusal,
): Trouble {
  const { fault, reference } = refusal
  const named = page.fields.find(({ member }) => fault.message.includes(`at '${camel(member)}'`))
  const title = isDenial(refusal) ? 'This change was refused' : 'Nothing was saved'
  const problem = { title, next: fault.message, reference }
  if (!named) return { problem, status: fault.status }
  const { member } = named
  return { problems: { [member]: fault.message }, problem: unfit, status: fault.status }
}

/** Converts a member's name to the spelling of the service's validation messages. */
function camel(member: string): string {
  return member.slice(0, 1).toLowerCase() + member.slice(1)
}

/** Browsers send line breaks as CR LF, and count and show them as one character. */
function unixLines(text: string): string {
  return text.replaceAll('\r\n', '\n')
}

function textOf(value: Value): string {
  return value === undefined ? '' : unixLines(String(value))
}

function memberValue({ type }: Limits, text: string): string | number {
  return type === 'integer' ? Number(text) : text
}
