import { type Argon2idHash, hashPassword, verifyArgon2id } from './argon2id.ts'
import { Places } from './places.ts'

/**
 * Of the whole process: libuv has four threads, and the audit trail and other files need one. Those
 * who wait get their turn within two seconds.
 */
const hashing = new Places({ atOnce: 2, waiting: 64 })

/**
 * Argon2id off the main thread, a few at a time. Both reject with NoPlace when too many wait, and
 * with the signal's reason when it is aborted before its turn.
 */
export const passwordHashing = {
  /** The PHC string of a new password. */
  hash: (password: string, signal?: AbortSignal): Promise<string> =>
    hashing.run(() => hashPassword(password), signal),
  verify: (hash: Argon2idHash, password: string, signal?: AbortSignal): Promise<boolean> =>
    hashing.run(() => verifyArgon2id(hash, password), signal),
} as const
