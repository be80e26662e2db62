/**
 * The mean number of calls in a turn from which waiting for the end of the turn saves more than it
 * costs.
 */
const worthwhile = 1.5
/** While calls arrive alone, one call after this many measures whether they still do. */
const looksEvery = 16
/** The weight of the last turn in the mean. */
const weight = 1 / 8

/**
 * Lets calls that arrive in one turn of the event loop continue together, stage by stage: the next
 * call finds the code of the last one in the processor's caches, and the answers leave together
 * (docs: performance). Calls that arrive alone do not wait.
 */
export class Turns {
  #mean = 0
  #arrived = 0
  #unlooked = 0
  #end: Promise<void> | undefined

  /** Await it once a call is read; undefined: continue at once. */
  arrival(): Promise<void> | undefined {
    if (!this.#together && this.#end === undefined && this.#unlooked++ < looksEvery)
      return undefined
    this.#unlooked = 0
    this.#arrived++
    return this.#ending()
  }

  /** Await it before an answer leaves; undefined: continue at once. */
  departure(): Promise<void> | undefined {
    return this.#together ? this.#ending() : undefined
  }

  get #together(): boolean {
    return this.#mean >= worthwhile
  }

  #ending(): Promise<void> {
    this.#end ??= new Promise((resolve) =>
      setImmediate(() => {
        if (this.#arrived > 0) this.#mean += (this.#arrived - this.#mean) * weight
        this.#arrived = 0
        this.#end = undefined
        resolve()
      }),
    )
    return this.#end
  }
}
