import { type Action, type Call, CallRefusal } from './call.ts'
import type { TaskOutcome } from './form-shown.ts'
import type { Terms } from './shown.ts'

/** One step of what a form does: as a rule one call. */
export interface Task<A extends Action> {
  /** What it does, for people: `Delete the access key AKIA…`. */
  readonly words: string
  /** Nothing after it is tried once it was refused. */
  readonly needed?: boolean | undefined
  /** Rejects with CallRefusal. Returns what is shown once, such as a new secret. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most tasks return nothing.
  readonly run: (call: Call<A>) => Promise<Terms | void>
}

export interface Ran {
  readonly outcomes: readonly TaskOutcome[]
  readonly terms: Terms
  /** The refusal of a task before which nothing was done. */
  readonly refusal?: CallRefusal | undefined
}

/**
 * Runs tasks in order, each by its own call, and tells what became of each. Throws what is no
 * refusal, and a fault of our own before which nothing was done.
 */
export async function runTasks<A extends Action>(
  tasks: readonly Task<A>[],
  call: Call<A>,
): Promise<Ran> {
  const outcomes: TaskOutcome[] = []
  const terms: Terms[number][] = []
  let stopped = false
  let refusal: CallRefusal | undefined
  for (const { words, needed, run } of tasks) {
    if (stopped) {
      outcomes.push({ words, state: 'left' })
      continue
    }
    try {
      terms.push(...((await run(call)) ?? []))
      outcomes.push({ words, state: 'done' })
    } catch (error) {
      if (!(error instanceof CallRefusal)) throw error
      if (outcomes.length === 0) {
        if (error.fault.status >= 500) throw error
        refusal = error
      }
      stopped = needed === true
      const { fault, reference } = error
      outcomes.push({ words, state: 'refused', message: fault.message, reference })
    }
  }
  const nothingDone = outcomes.every(({ state }) => state !== 'done')
  return { outcomes, terms, refusal: nothingDone ? refusal : undefined }
}
