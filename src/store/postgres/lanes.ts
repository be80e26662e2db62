import { StoreFault } from '../store-fault.ts'

/**
 * Lets transactions of one process wait for each other before they have a connection: one account
 * that many write into would else take every connection, and each would only wait for a lock.
 */
export interface Lanes {
  /**
   * Resolves when no other transaction of these accounts is under way (absent: none at all), with
   * what ends this one. Rejects with StoreFault when too many wait, or for too long.
   */
  enter(accounts: readonly string[] | undefined): Promise<() => void>
  /** How many wait. */
  waiting(): number
}

interface Waiting {
  readonly accounts: readonly string[] | undefined
  readonly start: () => void
}

export function createLanes({
  mostWaiting,
  patienceMs,
}: {
  readonly mostWaiting: number
  readonly patienceMs: number
}): Lanes {
  const busy = new Set<string>()
  let [running, isAllBusy] = [0, false]
  let queue: Waiting[] = []

  /** Starts what need not wait for what runs or what came before it. */
  function pump(): void {
    const claimed = new Set(busy)
    let isAllClaimed = isAllBusy
    queue = queue.filter(({ accounts, start }) => {
      if (isAllClaimed) return true
      const isFree = accounts
        ? !accounts.some((account) => claimed.has(account))
        : running === 0 && claimed.size === 0
      if (isFree) start()
      if (accounts) for (const account of accounts) claimed.add(account)
      else isAllClaimed = true
      return !isFree
    })
  }
  function begin(accounts: readonly string[] | undefined): () => void {
    running++
    if (accounts) for (const account of accounts) busy.add(account)
    else isAllBusy = true
    return () => {
      running--
      if (accounts) for (const account of accounts) busy.delete(account)
      else isAllBusy = false
      pump()
    }
  }
  return {
    enter(accounts) {
      if (queue.length >= mostWaiting)
        return Promise.reject(
          new StoreFault('busy', `${mostWaiting} transactions wait for their turn`),
        )
      const { promise, resolve, reject } = Promise.withResolvers<() => void>()
      const patience = setTimeout(() => {
        queue = queue.filter((one) => one !== waiting)
        reject(new StoreFault('busy', `other transactions took longer than ${patienceMs} ms`))
        pump()
      }, patienceMs)
      const waiting: Waiting = {
        accounts,
        start() {
          clearTimeout(patience)
          resolve(begin(accounts))
        },
      }
      queue.push(waiting)
      pump()
      return promise
    },
    waiting: () => queue.length,
  }
}
