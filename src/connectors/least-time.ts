import { setTimeout as after } from 'node:timers/promises'
import { type SignInCode, SignInFault } from '../kernel/sign-in-fault.ts'

/**
 * Refusals that a stranger must not tell apart by their timing. The others follow a correct
 * password, or reveal nothing about a person.
 */
const levelled: ReadonlySet<SignInCode> = new Set(['credentials-rejected'])

/**
 * Runs `work`. A refusal `credentials-rejected` is held back until `leastMs` milliseconds after the
 * start, so that an unknown name, a wrong password and a locked account take equally long. Aborting
 * `signal` ends the wait and keeps the refusal.
 */
export async function withLeastTime<T>(
  leastMs: number,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const begun = performance.now()
  try {
    return await work()
  } catch (error) {
    const restMs = leastMs - (performance.now() - begun)
    if (error instanceof SignInFault && levelled.has(error.code) && restMs > 0) {
      // Timers may fire a millisecond early, so one is added. An abort ends the wait; the refusal
      // is thrown either way.
      await after(Math.ceil(restMs) + 1, undefined, { signal }).catch(() => undefined)
    }
    throw error
  }
}
