/** Calls a turn, on the mean, from which waiting for the end of a turn saves more than the wait costs. */
const worthwhile = 1.5
/** While calls come alone, one of so many looks whether that still holds. */
const looksEvery = 16
/** Of the last turn in the mean. */
const weight = 1 / 8

/**
 * Lets calls that arrive in one turn of the event loop go on together, stage by stage: what one has just run the next finds in the
 * processor's caches, and their answers leave in a row (docs: performance). A call that comes alone waits for nothing.
 */
export class Turns {
  #mean = 0
  #arrived = 0
  #unlooked = 0
  #end: Promise<void> | undefined

  /** To be awaited once a call is read; undefined: go on at once. */
  arrival(): Promise<void> | undefined {
    if (!this.#together && this.#end === undefined && this.#unlooked++ < looksEvery) return undefined
    this.#unlooked = 0
    this.#arrived++
    return this.#ending()
  }

  /** To be awaited before an answer leaves; undefined: go on at once. */
  departure(): Promise<void> | undefined {
    return this.#together ? this.#ending() : undefined
  }

  get #together(): boolean {
    return this.#mean >= worthwhile
  }

  #ending(): Promise<void> {
    this.#end ??= new Promise((resolve) => setImmediate(() => {
      if (this.#arrived > 0) this.#mean += (this.#arrived - this.#mean) * weight
      this.#arrived = 0
      this.#end = undefined
      resolve()
    }))
    return this.#end
  }
}
