/**
 * What a client did to one entity, and when: the call took effect at one instant between `from`
 * and `until`. Times are of one clock.
 */
export interface Operation<Call, Answer> {
  readonly call: Call
  /** Undefined: there was no answer. It took effect once, at any time after `from`, or never. */
  readonly answer: Answer | undefined
  readonly from: number
  readonly until: number
}

/** An entity as one process with one thread would have it. */
export interface Model<State, Call, Answer> {
  readonly begins: State
  /** What the call leaves and answers. */
  step(state: State, call: Call): { readonly state: State; readonly answer: Answer }
  /** Whether a call that was so answered changes nothing, whatever the state was. */
  onlyReads(call: Call, answer: Answer): boolean
  /** Equal states have equal keys. */
  keyOf(state: State): string
}

interface Choice<State> {
  readonly at: number
  /** What it leaves. */
  readonly state: State
  readonly wasAnswered: boolean
}

/** Search ends after so many steps: a history that needs more is too long to be decided. */
const mostSteps = 500_000

/**
 * Whether there is an order in which all operations can have taken effect one after the other, each
 * between its beginning and its end, with the answers that were given (Herlihy and Wing,
 * "Linearizability", 1990). Searches as Wing and Gong do, and visits no pair of state and done
 * operations twice (Lowe, "Testing for linearizability", 2017). Throws for a history that is too
 * long to be decided.
 */
export function isLinearizable<State, Call, Answer>(
  operations: readonly Operation<Call, Answer>[],
  { begins, step, keyOf, onlyReads }: Model<State, Call, Answer>,
): boolean {
  const all = operations.toSorted((a, b) => a.from - b.from)
  const answered = all.filter(({ answer }) => answer !== undefined).length
  const visited = new Set<string>()
  const done = new Uint8Array(all.length)
  let steps = 0

  /** Those that may be next: they began before everything that is left has ended. */
  function candidates(): readonly number[] {
    let soonestEnd = Number.POSITIVE_INFINITY
    const found: number[] = []
    for (const [at, { answer, from, until }] of all.entries()) {
      if (from > soonestEnd) break
      if (done[at] === 1) continue
      found.push(at)
      if (answer !== undefined && until < soonestEnd) soonestEnd = until
    }
    return found.filter((at) => all[at]!.from <= soonestEnd)
  }

  /**
   * Of the candidates those that have to be tried. One that only reads is taken at once: where an
   * order has it later, it may as well have it now. One without an answer may never have taken
   * effect, so that it waits where it changes nothing, and where another one makes the same call.
   */
  function choices(state: State): readonly Choice<State>[] {
    if (++steps > mostSteps) throw new Error('the history is too long to be decided')
    const stateKey = keyOf(state)
    const [found, lost] = [[] as Choice<State>[], new Map<string, Choice<State>>()]
    for (const at of candidates()) {
      const { call, answer } = all[at]!
      const next = step(state, call)
      const choice = { at, state: next.state, wasAnswered: answer !== undefined }
      if (answer === undefined) {
        const same = JSON.stringify(call)
        if (keyOf(next.state) !== stateKey && !lost.has(same)) lost.set(same, choice)
      } else if (answer === next.answer) {
        if (onlyReads(call, answer)) return [choice]
        found.push(choice)
      }
    }
    return [...found, ...lost.values()]
  }

  function search(state: State, left: number): boolean {
    if (left === 0) return true
    const key = `${keyOf(state)} ${Buffer.from(done).toString('base64')}`
    if (visited.has(key)) return false
    visited.add(key)
    for (const { at, state: next, wasAnswered } of choices(state)) {
      done[at] = 1
      if (search(next, wasAnswered ? left - 1 : left)) return true
      done[at] = 0
    }
    return false
  }
  return search(begins, answered)
}
