import type { Action, Call, Input } from './call.ts'
import type { FieldRule, Values } from './fields.ts'
import type { Control, FormContent, ReportContent } from './form-shown.ts'
import { type Limits, limitsOf } from './limits.ts'
import type { PageRequest } from './request.ts'
import type { Terms } from './shown.ts'
import { openSteps, submitSteps } from './steps.ts'
import type { Saved, StepsRules, StepsState } from './steps-rules.ts'

type Value = string | number | boolean | undefined

export interface Field<O extends Action> {
  /** The operation's member that this field fills. */
  readonly member: keyof Input<O> & string
  readonly label: string
  readonly help?: string | undefined
  /** `value`: the current value. */
  readonly control: Control | ((value: string | undefined) => Control)
  /** Formats a value for people. */
  readonly words?: ((value: string) => string) | undefined
  /** What the field needs beyond the operation's model. */
  readonly limits?: Partial<Limits> | undefined
}

/** The current state. */
export interface FormState extends Omit<StepsState, 'values'> {
  readonly values: Readonly<Record<string, Value>>
}

/** What was changed; `terms`: what is shown this once, such as a new secret. */
export interface SavedForm extends Omit<Saved, 'kind'> {
  readonly terms?: Terms | undefined
}

export interface FormRules<A extends Action, O extends A> {
  readonly operation: O
  readonly fields: readonly Field<O>[]
  readonly button: string
  readonly danger?: boolean | undefined
  read(call: Call<A>, request: PageRequest): Promise<FormState>
  /** Sends only the changed values. */
  save(call: Call<A>, request: PageRequest, changed: Partial<Input<O>>): Promise<SavedForm>
}

export function readForm<A extends Action, O extends A>(
  page: FormRules<A, O>,
  call: Call<A>,
  request: PageRequest,
): Promise<FormContent> {
  return openSteps(
    stepsOf(page, request, () => {}),
    call,
    request,
  )
}

/** As `submitSteps`, for one operation: sends what the person changed. */
export async function submitForm<A extends Action, O extends A>(
  page: FormRules<A, O>,
  call: Call<A>,
  request: PageRequest,
): Promise<FormContent | ReportContent | Saved> {
  let done: SavedForm | undefined
  const answer = await submitSteps(
    stepsOf(page, request, (saved) => {
      done = saved
    }),
    call,
    request,
  )
  if (!done || answer.kind === 'form') return answer
  const { to, said, terms } = done
  return answer.kind === 'saved' || !terms
    ? { kind: 'saved', to, said }
    : {
        ...answer,
        title: said,
        says: said,
        links: answer.links.map((link) => ({ ...link, href: to })),
      }
}

function stepsOf<A extends Action, O extends A>(
  page: FormRules<A, O>,
  request: PageRequest,
  saved: (done: SavedForm) => void,
): StepsRules<A> {
  return {
    steps: [{ title: '', fields: page.fields.map((field) => ruleOf(page.operation, field)) }],
    button: page.button,
    danger: page.danger,
    // A form without fields is a question, and sending it is the answer.
    edits: page.fields.length > 0,
    async read(call) {
      const { values, ...state } = await page.read(call, request)
      return { ...state, values: textsOf(values) }
    },
    plan: (values, { changed }) => ({
      tasks: [
        {
          words: page.button,
          run: async (call) => {
            const done = await page.save(call, request, changedInput(page, values, changed))
            saved(done)
            return done.terms
          },
        },
      ],
      ...{ to: '', said: '', report: '' },
    }),
  }
}

function ruleOf<O extends Action>(operation: O, field: Field<O>): FieldRule {
  const { member, label, help, control, words, limits } = field
  return {
    ...{ name: member, label, help, words },
    limits: { ...limitsOf(operation, member), ...limits },
    control: typeof control === 'function' ? (now) => control(now || undefined) : control,
  }
}

function changedInput<A extends Action, O extends A>(
  { fields, operation }: FormRules<A, O>,
  values: Values,
  changed: (name: string) => boolean,
): Partial<Input<O>> {
  return Object.fromEntries(
    fields
      .filter(({ member }) => changed(member))
      .map(({ member }) => [member, memberValue(limitsOf(operation, member), values[member]!)]),
  ) as Partial<Input<O>>
}

function textsOf(values: FormState['values']): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value === undefined ? '' : String(value).replaceAll('\r\n', '\n'),
    ]),
  )
}

function memberValue({ type }: Limits, text: string): string | number | boolean {
  if (type === 'boolean') return text === 'true'
  return type === 'integer' ? Number(text) : text
}
