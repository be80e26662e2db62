import { createHash } from 'node:crypto'
import type { Action, Call, Part } from './call.ts'
import { none, text } from './cells.ts'
import { anyText } from './limits.ts'
import { type Page, type PageBase, stepsPage } from './page.ts'
import type { PageRequest } from './request.ts'
import type { Section } from './shown.ts'
import type { StepsState } from './steps-rules.ts'
import type { Task } from './tasks.ts'
import { words as all } from './words.ts'

const words = all.removal

/** What depends on a thing, and is taken away before it. */
export interface Dependents<A extends Action> {
  readonly title: string
  /** One task for each of them. */
  readonly part: Part<readonly Task<A>[]>
}

/** How a thing is deleted, with what depends on it. */
export interface Removal<A extends Action> {
  readonly name: string
  readonly title: string
  readonly says: string
  /** Why it can't be deleted here. */
  readonly locked?: string | undefined
  readonly dependents: readonly Dependents<A>[]
  /** What stays, and what it means afterwards. */
  readonly told?: readonly Section[] | undefined
  /** The deletion itself. */
  readonly last: Task<A>
  readonly said: string
}

interface RemovalRules<A extends Action> {
  readonly button: string
  readonly keep: string
  /** The page of the thing. */
  here(request: PageRequest): string
  /** Where the browser goes when it is gone. */
  readonly to: string
  read(call: Call<A>, request: PageRequest): Promise<Removal<A>>
}

interface RemovalState<A extends Action> extends StepsState {
  readonly removal: Removal<A>
}

/**
 * A form that tells first what depends on a thing, and deletes all of it in order once its name was
 * typed. Stops at the first refusal, so that no more is taken away in vain.
 */
export function removalPage<A extends Action>(page: PageBase<A> & RemovalRules<A>): Page {
  return stepsPage<A, RemovalState<A>>({
    ...page,
    steps: [
      {
        title: '',
        fields: [
          {
            name: 'Confirm',
            label: words.confirm,
            control: { kind: 'line' },
            limits: { ...anyText, required: true },
          },
        ],
      },
    ],
    danger: true,
    async read(call, request) {
      const removal = await page.read(call, request)
      return {
        ...{ title: removal.title, says: removal.says, locked: removal.locked, removal },
        keep: { text: page.keep, href: page.here(request) },
        sections: [...dependentSections(removal), ...(removal.told ?? [])],
        seen: digestOf(removal),
        problemOf: ({ Confirm = '' }) =>
          Confirm === removal.name ? undefined : { Confirm: words.other(removal.name) },
      }
    },
    plan: (_values, { state: { removal } }) => ({
      tasks: tasksOf(removal),
      to: page.to,
      said: removal.said,
      report: removal.title,
    }),
  })
}

/** Everything that a removal does, in order. */
export function tasksOf<A extends Action>({ dependents, last }: Removal<A>): readonly Task<A>[] {
  return [...dependents.flatMap(({ part }) => ('value' in part ? part.value : [])), last].map(
    (task) => ({ ...task, needed: true }),
  )
}

function dependentSections<A extends Action>({ dependents }: Removal<A>): readonly Section[] {
  const shown = dependents.flatMap(({ title, part }): readonly Section[] => {
    if ('denied' in part) return [{ kind: 'withheld', title, denied: part.denied }]
    if (part.value.length === 0) return []
    const rows = part.value.map((task) => [text(task.words)])
    return [{ kind: 'rows', title, heads: [{ head: words.step }], rows, empty: '' }]
  })
  if (shown.length > 0) return shown
  return [{ kind: 'terms', title: words.dependents, terms: [[words.found, none(words.nothing)]] }]
}

/** Changes with what is going to be deleted, and with what stays and is told. */
function digestOf<A extends Action>({ dependents, told = [] }: Removal<A>): string {
  const lines = dependents.map(({ part }) =>
    ('value' in part ? part.value : []).map((one) => one.words),
  )
  // What is withheld has the reference of its refusal, which is another each time.
  const stays = told.map((section) => (section.kind === 'withheld' ? section.title : section))
  return createHash('sha256')
    .update(JSON.stringify([lines, stays]))
    .digest('base64url')
}
