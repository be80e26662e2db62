import { type Action, type CallRefusal, isDenial } from './call.ts'
import type { Entry } from './fields.ts'
import { carriedBy, contentOf, reviewOf } from './form-content.ts'
import type { FormContent, FormProblem } from './form-shown.ts'
import type { PageRequest } from './request.ts'
import type { Filled } from './steps-filled.ts'
import type { StepsRules, StepsState } from './steps-rules.ts'
import { words } from './words.ts'

export interface Trouble {
  readonly problems?: Readonly<Record<string, string>> | undefined
  readonly problem?: FormProblem | undefined
  readonly status?: number | undefined
  /** The person sees both the current value and their own, and decides. */
  readonly contested?: boolean | undefined
}

/** What a form is shown from. */
export interface Shown<S extends StepsState> {
  readonly state: S
  readonly filled: Filled
  readonly request: PageRequest
}

export async function show<A extends Action, S extends StepsState>(
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
export function refused(entries: readonly Entry[], refusal: CallRefusal): Trouble {
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
