import { type Argon2idHash, defaultCost, parseArgon2id } from '../kernel/argon2id.ts'
import type { Clock } from '../kernel/clock.ts'
import { passwordHashing } from '../kernel/password-hashing.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import type { LoginProfileRecord, UserRecord } from '../store/records.ts'
import type { Reads } from '../store/store.ts'
import { type PasswordStanding, passwordStanding } from './password-policy.ts'

export type PasswordCheck =
  | {
      readonly right: false
      /** Whose password was tried, for the audit event alone. */
      readonly user?: UserRecord | undefined
    }
  | {
      readonly right: true
      readonly user: UserRecord
      readonly profile: LoginProfileRecord
      readonly standing: PasswordStanding
    }

export type RootCheck =
  | { readonly right: false }
  | { readonly right: true; readonly profile: LoginProfileRecord }

/** The passwords of IAM users and of accounts' roots. */
export interface UserPasswords {
  /**
   * Checks a user's password for a sign-in, which has counted the try. An unknown user, a user
   * without a password and a wrong password answer alike, also in time. Rejects with NoPlace when
   * too many passwords wait, and with the signal's reason when it is aborted.
   */
  check(
    asked: { readonly account: string; readonly userName: string; readonly password: string },
    signal?: AbortSignal,
  ): Promise<PasswordCheck>
  /**
   * Likewise for the root of an account, whose password is from the settings. No account, and one
   * whose root has no password, answer as a wrong password does.
   */
  checkRoot(
    asked: { readonly account: string | undefined; readonly password: string },
    signal?: AbortSignal,
  ): Promise<RootCheck>
  /**
   * Checks the password that a user who has signed a call names as the old one. Counts the try
   * before anything is compared: `too-many` answers a right password as well.
   */
  prove(
    profile: LoginProfileRecord,
    password: string,
    bySession: boolean,
  ): Promise<'right' | 'wrong' | 'too-many'>
}

export interface UserPasswordPorts {
  readonly reads: Pick<Reads, 'find'>
  readonly ephemeral: Pick<Ephemeral, 'count'>
  readonly clock: Clock
}

/** Tries of `prove` for one user in this many seconds. */
const triesWindowSeconds = 300
const mostTries = 15

export function createUserPasswords({ reads, ephemeral, clock }: UserPasswordPorts): UserPasswords {
  return {
    async check({ account, userName, password }, signal) {
      const user = await reads.find('user', account, userName.toLowerCase())
      const profile = user && (await reads.find('loginProfile', account, user.id))
      // What does not exist is verified against a decoy, so that it takes as long.
      const hash = profile ? hashOf(profile.passwordHash) : decoy
      const right = await passwordHashing.verify(hash, password, signal)
      if (!right || !user || !profile) return { right: false, ...(user && { user }) }
      const policy = (await reads.find('account', account, 'account'))?.passwordPolicy
      return { right, user, profile, standing: passwordStanding(profile, policy, clock.now()) }
    },

    async checkRoot({ account = '', password }, signal) {
      const profile = await reads.find('loginProfile', account, account)
      const hash = profile ? hashOf(profile.passwordHash) : decoy
      const right = await passwordHashing.verify(hash, password, signal)
      return right && profile ? { right, profile } : { right: false }
    },

    async prove({ userId, passwordHash }, password, bySession) {
      const { count } = await ephemeral.count(
        'rate',
        `password/${bySession ? 'sessions' : 'user'}/${userId}`,
        triesWindowSeconds,
      )
      if (count > mostTries) return 'too-many'
      return (await passwordHashing.verify(hashOf(passwordHash), password)) ? 'right' : 'wrong'
    },
  }
}

/** Whether one of the hashes was made from `password`. Costs one hash each. */
export async function isOneOf(hashes: readonly string[], password: string): Promise<boolean> {
  for (const hash of hashes) if (await passwordHashing.verify(hashOf(hash), password)) return true
  return false
}

/** No password has this tag: it is made of nothing. Its cost is that of every kept hash. */
const decoy: Argon2idHash = { ...defaultCost, salt: Buffer.alloc(16), tag: Buffer.alloc(32) }

function hashOf(text: string): Argon2idHash {
  const hash = parseArgon2id(text)
  if (!hash) throw new Error('a stored password hash is not argon2id')
  return hash
}
