import { DirectoryTrouble } from './directory-trouble.ts'

/** Above this many waiting searches the directory is too slow to wait for. */
const maxWaiting = 1000

/** Grants turns one at a time, in the order of the calls. */
export class Turns {
  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  /**
   * Resolves when all earlier turns have ended, with the function that ends this one. Throws
   * DirectoryTrouble when `signal` ends the wait, or when too many are waiting.
   */
  async take(signal: AbortSignal): Promise<() => void> {
    if (this.#waiting >= maxWaiting)
      throw new DirectoryTrouble('no-answer', `${maxWaiting} searches wait for their turn`)
    const before = this.#last
    const { promise, resolve: end } = Promise.withResolvers<void>()
    this.#last = before.then(() => promise)
    const gaveUp = Promise.withResolvers<never>()
    const giveUp = () =>
      gaveUp.reject(new DirectoryTrouble('given-up', 'given up while waiting for a turn'))
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted) giveUp()
    this.#waiting++
    try {
      await Promise.race([before, gaveUp.promise])
      return end
    } catch (error) {
      end()
      throw error
    } finally {
      this.#waiting--
      signal.removeEventListener('abort', giveUp)
    }
  }
}
