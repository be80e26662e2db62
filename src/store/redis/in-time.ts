/** No answer in time. What was asked may have been done all the same. */
export class LateAnswer extends Error {}

/**
 * Rejects with LateAnswer when there is no answer within `limitMs`. The client's own limit covers
 * only sending a command: callers of a Redis that hangs would wait without end.
 */
export async function inTime<T>(answer: Promise<T>, limitMs: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const giveUp = () => late.reject(new LateAnswer(`no answer within ${limitMs} ms`))
  const timer = setTimeout(giveUp, limitMs)
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
