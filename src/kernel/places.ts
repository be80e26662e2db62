/** All places are taken and the queue is full. */
export class NoPlace extends Error {
  constructor() {
    super('all places are taken')
    this.name = 'NoPlace'
  }
}

/**
 * Limits how many jobs run and how many wait, in order of arrival. Refuses further jobs at once, so
 * that neither memory nor waiting time grows with the number of requests.
 */
export class Places {
  #free: number
  readonly #mostWaiting: number
  readonly #waiting: (() => void)[] = []

  constructor({ atOnce, waiting }: { readonly atOnce: number; readonly waiting: number }) {
    this.#free = atOnce
    this.#mostWaiting = waiting
  }

  /**
   * Runs `work` in a place of its own. Rejects with NoPlace when the queue is full, and with the
   * signal's reason when it is aborted before a place is free.
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    if (this.#free > 0) this.#free--
    else await this.#turn(signal)
    try {
      return await work()
    } finally {
      // Hand the place to the next in line without freeing it in between.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }

  async #turn(signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting) throw new NoPlace()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push(resolve)
    const leave = () => {
      const at = this.#waiting.indexOf(resolve)
      if (at < 0) return
      this.#waiting.splice(at, 1)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', leave, { once: true })
    try {
      await promise
    } finally {
      signal?.removeEventListener('abort', leave)
    }
  }
}
