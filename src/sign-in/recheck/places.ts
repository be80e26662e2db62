import { SignInFault } from '../../kernel/sign-in-fault.ts'

/** Above this many waiting, the other side is too slow to wait for. */
const mostWaiting = 1000

/** Runs at most `most` pieces of work at once; the others wait in order, for `signal` at most. */
export function openPlaces(most: number) {
  let free = most
  const waiting = new Set<() => void>()

  async function take(signal: AbortSignal): Promise<void> {
    if (free > 0) {
      free--
      return
    }
    if (waiting.size >= mostWaiting) throw busy()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const giveUp = () => waiting.delete(resolve) && reject(busy())
    waiting.add(resolve)
    signal.addEventListener('abort', giveUp, { once: true })
    await promise.finally(() => signal.removeEventListener('abort', giveUp))
  }
  function leave(): void {
    const [next] = waiting
    if (!next) free++
    else {
      waiting.delete(next)
      next()
    }
  }
  /** Throws SignInFault `busy` where no place came free. */
  return async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    await take(signal)
    return work().finally(leave)
  }
}

function busy(): SignInFault {
  return new SignInFault('busy', 'too many people are looked up at once')
}
