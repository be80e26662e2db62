import type { CheckOutcome } from '../http/routes/health.ts'

/** What one worker says of its checks; undefined: it does not serve, or gave no answer in time. */
export interface WorkerReadiness {
  readonly number: number
  readonly outcomes: readonly CheckOutcome[] | undefined
}

/**
 * The checks of all workers as those of one node. A check holds if it holds in each worker that
 * answers, because nobody outside chooses the worker. Workers that do not serve are told as a check
 * of their own: the others serve meanwhile, so it is required only when none does.
 */
export function nodeReadiness(workers: readonly WorkerReadiness[]): readonly CheckOutcome[] {
  const found = new Map<string, CheckOutcome>()
  for (const { number, outcomes = [] } of workers) {
    for (const one of outcomes) {
      const known = found.get(one.name)
      const named = one.ok ? one : { ...one, reason: `worker ${number}: ${one.reason}` }
      found.set(one.name, known ? worse(known, named) : named)
    }
  }
  const away = workers.filter(({ outcomes }) => outcomes === undefined)
  const all = away.length === workers.length
  const numbers = away.map(({ number }) => number).join(', ')
  return [
    {
      name: 'workers',
      required: all,
      ok: away.length === 0,
      reason: away.length === 0 ? undefined : `no answer of worker ${numbers}`,
      remark: undefined,
    },
    ...found.values(),
  ]
}

function worse(one: CheckOutcome, other: CheckOutcome): CheckOutcome {
  if (one.ok && other.ok) return { ...one, remark: one.remark ?? other.remark }
  if (one.ok || (!other.ok && other.required && !one.required)) return other
  return one
}
