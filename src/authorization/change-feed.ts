/** How long a service waits for a change before it is told that there was none. */
const holdMs = 4000
const lookEveryMs = 100
const mostWaiting = 1000
/** Of one service, so that it takes no other's place. */
const mostOfOne = 100

/** Tells services when answers that they kept are out of date. */
export interface ChangeFeed extends Disposable {
  /** Names the state of records and settings that answers are made from. */
  revision(): string
  /**
   * Resolves with the revision once it differs from `known`, after four seconds otherwise, at once
   * when too many wait, of this service or of all. Rejects when the store cannot be read.
   */
  changed(known: string | undefined, service: string): Promise<string>
}

export interface ChangeFeedPorts {
  /** May throw while the store cannot be read. */
  readonly revision: () => string
  readonly monotonicMs?: () => number
}

interface Waiting {
  readonly service: string
  readonly known: string
  readonly until: number
  readonly resolve: (revision: string) => void
  readonly reject: (error: unknown) => void
}

/** Looks at the revision while somebody waits. Disposing answers all who wait. */
export function openChangeFeed({
  revision,
  monotonicMs = () => performance.now(),
}: ChangeFeedPorts): ChangeFeed {
  const waiting = new Set<Waiting>()
  let timer: NodeJS.Timeout | undefined
  let closed = false

  function look(): void {
    try {
      const now = revision()
      const at = monotonicMs()
      for (const one of waiting) if (one.known !== now || one.until <= at) end(one, now)
    } catch (error) {
      for (const one of waiting) one.reject(error)
      waiting.clear()
    }
    if (waiting.size === 0) stop()
  }
  function end(one: Waiting, now: string): void {
    waiting.delete(one)
    one.resolve(now)
  }
  function ofService(service: string): number {
    let found = 0
    for (const one of waiting) if (one.service === service) found++
    return found
  }
  function stop(): void {
    clearInterval(timer)
    timer = undefined
  }

  return {
    revision,
    async changed(known, service) {
      const now = revision()
      if (known !== now || closed || waiting.size >= mostWaiting) return now
      if (ofService(service) >= mostOfOne) return now
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      waiting.add({ service, known, until: monotonicMs() + holdMs, resolve, reject })
      timer ??= setInterval(look, lookEveryMs)
      return promise
    },
    [Symbol.dispose]() {
      closed = true
      stop()
      for (const one of waiting) end(one, one.known)
    },
  }
}
