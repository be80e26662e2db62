import type { Action, Call } from './call.ts'
import { carriedBy } from './form-content.ts'
import type { FormContent, ReportContent } from './form-shown.ts'
import type { PageRequest } from './request.ts'
import { refused, type Shown, show, type Trouble } from './steps-content.ts'
import { fill, isSeeking, problemsOf, wholeProblems, within } from './steps-filled.ts'
import type { Plan, Saved, StepsRules, StepsState } from './steps-rules.ts'
import { runTasks } from './tasks.ts'
import { words } from './words.ts'

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
