import type { Clock } from '../kernel/clock.ts'

/** Lines that the store keeps until they are in the trail (store/store.ts, `Outbox`). */
export interface LineOutbox {
  waiting(asked: {
    readonly until: Date
    readonly after: number
    readonly limit: number
  }): Promise<readonly { readonly id: number; readonly text: string }[]>
  delivered(ids: readonly number[]): Promise<void>
}

/**
 * Which lines that other processes left a process delivers: `at-once` all, at its start and later;
 * `later` those that their process, which writes the same trail, had time to deliver itself; and
 * `never` none.
 */
export type OutboxSweeps = 'at-once' | 'later' | 'never'

export interface DeliveryPorts {
  readonly outbox: LineOutbox
  readonly sweeps: OutboxSweeps
  readonly clock: Clock
  /** Puts a line into the trail's queue; false when it has no room. */
  readonly enqueue: (line: string, id: number) => boolean
  /** Returns the end of the trail: lines that it contains are not written again. */
  readonly tail: () => Promise<string>
  /** Whether the trail can't be written: then others can't deliver their lines either. */
  readonly failing: () => boolean
}

/** Each removal of delivered lines is a commit, so remove many at once. */
const removeEveryMs = 250
const sweepEveryMs = 10_000
/** A running process delivers its own lines sooner than this. */
const foreignAfterMs = 10_000
const pageLines = 200

/**
 * Moves lines from the outbox to the trail: all of them at the start, later those that have not
 * been delivered for ten seconds, including lines of a killed process. A line is written twice only
 * if the process was killed between writing and removing it and the line is no longer in the last
 * bytes of the trail; its `eventID` shows the duplicate.
 */
export class OutboxDelivery implements AsyncDisposable {
  readonly #ports: DeliveryPorts
  /** Ids that are enqueued and not yet removed from the outbox. */
  readonly #inHand = new Set<number>()
  #written: number[] = []
  #removal: NodeJS.Timeout | undefined
  #sweep: NodeJS.Timeout | undefined

  constructor(ports: DeliveryPorts) {
    this.#ports = ports
  }

  /** Resolves when the lines of a killed process are in the trail's queue. */
  async start(): Promise<void> {
    const { sweeps, clock, failing } = this.#ports
    if (sweeps === 'never') return
    if (sweeps === 'at-once') await this.#fetch(clock.now())
    let wellSince = Number.NEGATIVE_INFINITY
    const sweep = () => {
      const now = clock.now().getTime()
      if (failing()) wellSince = now
      if (now - wellSince < foreignAfterMs) return
      const until = new Date(now - foreignAfterMs)
      // Ignore a failing store: the next sweep tries again, and its own readiness check reports it.
      this.#fetch(until).catch(() => undefined)
    }
    this.#sweep = setInterval(sweep, sweepEveryMs).unref()
  }

  /** Notes that the line with this id is in the trail's queue. */
  takes(id: number): void {
    this.#inHand.add(id)
  }

  /** Notes that the lines with these ids are in the trail and survive a loss of power. */
  written(ids: readonly number[]): void {
    if (ids.length === 0) return
    this.#written.push(...ids)
    this.#removal ??= setTimeout(() => void this.#remove(), removeEveryMs).unref()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweep)
    clearTimeout(this.#removal)
    await this.#remove()
  }

  async #fetch(until: Date): Promise<void> {
    let tail: string | undefined
    for (let after = 0; ; ) {
      const page = await this.#ports.outbox.waiting({ until, after, limit: pageLines })
      for (const { id, text } of page) {
        after = id
        if (this.#inHand.has(id)) continue
        tail ??= await this.#ports.tail()
        this.#inHand.add(id)
        if (tail.includes(text)) this.written([id])
        else if (!this.#ports.enqueue(text, id)) {
          this.#inHand.delete(id)
          return
        }
      }
      if (page.length < pageLines) return
    }
  }

  async #remove(): Promise<void> {
    this.#removal = undefined
    const ids = this.#written
    if (ids.length === 0) return
    this.#written = []
    try {
      await this.#ports.outbox.delivered(ids)
      for (const id of ids) this.#inHand.delete(id)
    } catch {
      // Keep the ids in `#inHand`, so that this process does not write the lines again, and remove
      // them the next time.
      this.#written.unshift(...ids)
    }
  }
}
