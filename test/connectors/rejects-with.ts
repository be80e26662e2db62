import assert from 'node:assert/strict'
import { type SignInCode, SignInFault } from '../../src/kernel/sign-in-fault.ts'

/** The fault, when `work` ends in a SignInFault of this code; a failed test otherwise. */
export async function rejectsWith(work: Promise<unknown>, code: SignInCode): Promise<SignInFault> {
  const outcome = await work.then(
    () => 'a success',
    (error: unknown) => error,
  )
  assert.ok(
    outcome instanceof SignInFault,
    `expected ${code}, got ${outcome instanceof Error ? outcome.stack : outcome}`,
  )
  assert.equal(outcome.code, code, outcome.detail)
  return outcome
}
