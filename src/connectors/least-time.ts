import { setTimeout as after } from 'node:timers/promises'
import { SignInFault, type SignInCode } from '../kernel/sign-in-fault.ts'

/**
 * Codes that a stranger could tell apart by the clock: they must all look like a wrong password. The others
 * follow a right password, or say nothing about a person.
 */
const levelled: ReadonlySet<SignInCode> = new Set(['credentials-rejected'])

/**
 * Runs `work`; when it ends in `credentials-rejected`, that is not told before `leastMs` milliseconds have
 * passed since the beginning. An unknown name, a wrong password and a locked account then take equally long.
 * An abort of `signal` ends the waiting, not the refusal.
 */
export async function withLeastTime<T>(leastMs: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const begun = performance.now()
  try {
    return await work()
  } catch (error) {
    const restMs = leastMs - (performance.now() - begun)
    if (error instanceof SignInFault && levelled.has(error.code) && restMs > 0) {
      // Timers may fire up to a millisecond early; an abort is answered with the refusal itself.
      await after(Math.ceil(restMs) + 1, undefined, { signal }).catch(() => undefined)
    }
    throw error
  }
}
