/**
 * Runs `work` with a signal that aborts after `timeoutMs` or with `given`. Throws `late` then, even
 * if `work` ignores the signal, so that a hanging server does not hold the request.
 */
export async function inTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  timeoutMs: number,
  late: () => Error,
  given?: AbortSignal | undefined,
): Promise<T> {
  const limit = AbortSignal.timeout(timeoutMs)
  const ended = given ? AbortSignal.any([given, limit]) : limit
  const gaveUp = Promise.withResolvers<never>()
  const giveUp = () => gaveUp.reject(late())
  ended.addEventListener('abort', giveUp, { once: true })
  if (ended.aborted) giveUp()
  try {
    return await Promise.race([work(ended), gaveUp.promise])
  } finally {
    ended.removeEventListener('abort', giveUp)
  }
}
