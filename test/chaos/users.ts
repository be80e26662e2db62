import type { Random } from '../kills/random.ts'
import { isLinearizable, type Model, type Operation } from './linearizable.ts'

/** A user of IAM with one tag, as a client asks for it. */
export type UserCall =
  | { readonly does: 'create' | 'delete' | 'read' }
  | { readonly does: 'tag'; readonly value: string }
/** `done`; `exists`, `absent`: the error; otherwise the tag's value, empty where there is none. */
export type UserAnswer = string

/** Undefined: there is no such user. */
export const userModel: Model<string | undefined, UserCall, UserAnswer> = {
  begins: undefined,
  step(state, call) {
    if (call.does === 'create')
      return state === undefined ? { state: '', answer: 'done' } : { state, answer: 'exists' }
    if (state === undefined) return { state, answer: 'absent' }
    if (call.does === 'delete') return { state: undefined, answer: 'done' }
    if (call.does === 'tag') return { state: call.value, answer: 'done' }
    return { state, answer: `=${state}` }
  },
  onlyReads: ({ does }, answer) => does === 'read' || answer !== 'done',
  keyOf: (state) => (state === undefined ? '-' : `=${state}`),
}

/** What happens to one user: every operation of every client. */
export interface History {
  readonly name: string
  /** How many operations were begun, and how many of them have ended. */
  begun: number
  ended: number
  readonly operations: Operation<UserCall, UserAnswer>[]
}

const liveUsers = 4
/** A user that had so many is left alone and checked: longer histories take longer to decide. */
const mostOperations = 60

/** Leaves out tags that were not acknowledged and that nobody read: no answer depends on them. */
function withoutUnseen(all: History['operations']): readonly Operation<UserCall, UserAnswer>[] {
  const seen = new Set(all.map(({ answer }) => answer))
  return all.filter(({ call, answer }) => {
    return answer !== undefined || call.does !== 'tag' || seen.has(`=${call.value}`)
  })
}

export interface Histories {
  /** A user to do something to, and what. */
  next(random: Random): { readonly history: History; readonly call: UserCall }
  /** Adds what was done; undefined: certainly nothing. */
  add(history: History, done: Operation<UserCall, UserAnswer> | undefined): void
  /** Checks those that are left. Call when no client is at work. */
  finish(): void
  readonly checked: number
}

/**
 * Gives out calls on a few users at a time, and checks each user's history when it is complete.
 * `wrong` is called with each history that no order explains.
 */
export function createHistories(
  wrong: (name: string, operations: readonly Operation<UserCall, UserAnswer>[]) => void,
): Histories {
  let serial = 0
  let checked = 0
  const fresh = (): History => ({ name: `user-${serial++}`, begun: 0, ended: 0, operations: [] })
  const live = Array.from({ length: liveUsers }, fresh)
  const left = new Set<History>()

  function check({ name, operations }: History): void {
    if (!isLinearizable(withoutUnseen(operations), userModel)) wrong(name, operations)
    checked++
  }

  return {
    next(random) {
      const at = random.below(liveUsers)
      const history = live[at]!
      history.begun++
      if (history.begun === mostOperations) {
        live[at] = fresh()
        left.add(history)
      }
      const kind = random.below(10)
      if (kind < 2) return { history, call: { does: 'create' } }
      if (kind < 3) return { history, call: { does: 'delete' } }
      if (kind < 6) return { history, call: { does: 'tag', value: `v${serial++}` } }
      return { history, call: { does: 'read' } }
    },
    add(history, done) {
      history.ended++
      if (done) history.operations.push(done)
      if (history.ended !== mostOperations) return
      left.delete(history)
      check(history)
    },
    finish() {
      for (const history of [...live, ...left]) check(history)
    },
    get checked() {
      return checked
    },
  }
}
