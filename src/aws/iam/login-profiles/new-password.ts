import { passwordHashing } from '../../../kernel/password-hashing.ts'
import { NoPlace } from '../../../kernel/places.ts'
import { noConformance, passwordViolation } from '../../../sessions/password-policy.ts'
import { isOneOf } from '../../../sessions/user-passwords.ts'
import type { LoginProfileRecord } from '../../../store/records.ts'
import type { Reads, Writes } from '../../../store/store.ts'
import type { Call } from '../../operation.ts'

type PasswordCall = Call<'PasswordPolicyViolation'>

/**
 * Returns the hash of a new password. Throws PasswordPolicyViolation for one that the account's
 * policy does not allow, or that `before` had. Takes tens of milliseconds for each hash that it
 * compares: call it outside of transactions.
 */
export async function newPasswordHash(
  password: string,
  before: LoginProfileRecord | undefined,
  call: PasswordCall,
  reads: Pick<Reads, 'find'>,
): Promise<string> {
  const { account, fault } = call
  const { alias, passwordPolicy: policy } = (await reads.find('account', account, 'account')) ?? {}
  const names = alias === undefined ? [account] : [account, alias]
  const violation = passwordViolation(policy, password, names)
  if (violation !== undefined) throw fault('PasswordPolicyViolation', violation)
  const used = before ? [before.passwordHash, ...before.formerHashes] : []
  return hashing(call, async () => {
    if (await isOneOf(used.slice(0, policy?.reusePrevention ?? 0), password))
      throw fault('PasswordPolicyViolation', noConformance)
    return passwordHashing.hash(password)
  })
}

/** Throws Throttling when too many passwords wait to be hashed. */
export async function hashing<T>({ fault }: Call<never>, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof NoPlace)) throw error
    throw fault('Throttling', 'Rate exceeded')
  }
}

/** The most that a policy's reuse prevention asks for. */
const mostFormer = 24

/**
 * Saves another password of a user. Throws EntityTemporarilyUnmodifiable when it was changed since
 * `before` was read: what was checked is not what is there.
 */
export async function replacePassword(
  before: LoginProfileRecord,
  { passwordHash, resetRequired }: { passwordHash: string; resetRequired: boolean },
  { account, now, fault }: Call<'EntityTemporarilyUnmodifiable'>,
  writes: Writes,
): Promise<void> {
  const current = await writes.find('loginProfile', account, before.userId)
  if (current?.passwordHash !== before.passwordHash)
    throw fault(
      'EntityTemporarilyUnmodifiable',
      'The password was changed at the same time. Try again.',
    )
  await writes.update('loginProfile', account, before.userId, {
    ...current,
    passwordHash,
    resetRequired,
    changedAt: now.toISOString(),
    formerHashes: [current.passwordHash, ...current.formerHashes].slice(0, mostFormer),
  })
}
