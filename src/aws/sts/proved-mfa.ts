import type { Mfa } from '../../sessions/mfa.ts'
import { callerUserName } from '../iam/users/caller-user-name.ts'
import type { Call } from '../operation.ts'

interface Given {
  readonly SerialNumber?: string | undefined
  readonly TokenCode?: string | undefined
}

/**
 * Takes the one-time code of a call, before anything is decided: policies may ask for it. Answers when it was proved;
 * undefined when the call brings none. Throws AccessDenied, in the service's wording, for a code that is not good.
 */
export function provedMfa(given: Given, call: Call<never>, mfa: Pick<Mfa, 'take'>): Promise<Date> | undefined {
  if (given.SerialNumber === undefined && given.TokenCode === undefined) return undefined
  return proved(given, call, mfa)
}

async function proved({ SerialNumber: serialNumber, TokenCode: code }: Given, call: Call<never>, mfa: Pick<Mfa, 'take'>): Promise<Date> {
  const { account, caller, now, fault, note, sourceAddress } = call
  if (serialNumber === undefined || code === undefined) {
    throw fault('AccessDenied', 'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.')
  }
  const userName = callerUserName(caller)
  const taken = userName === undefined ? 'unknown' : await mfa.take({ account, userName, userId: caller.userId, bySession: caller.claims !== undefined, sourceAddress, serialNumber, code })
  if (taken === 'unknown') {
    throw fault('AccessDenied', 'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.')
  }
  // The guesser is not told that a right code would be refused too; who reads the trail is.
  if (taken === 'too-many') note({ detail: 'too many one-time codes were tried, by this user, by sessions of this user, or from this address' })
  if (taken !== 'taken') throw fault('AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code. ')
  return now
}

/** What policies see of a code that came with the call itself (IAM user guide, "Configuring MFA-protected API access"). */
export function mfaConditions(mfaAt: Date | undefined): Readonly<Record<string, string>> {
  return mfaAt ? { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '0' } : {}
}
