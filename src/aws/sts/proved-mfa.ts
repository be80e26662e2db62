import type { Mfa } from '../../sessions/mfa.ts'
import { callerUserName } from '../iam/users/caller-user-name.ts'
import type { Call } from '../operation.ts'

interface Given {
  readonly SerialNumber?: string | undefined
  readonly TokenCode?: string | undefined
}

/**
 * Verifies the one-time code of a request before anything is decided, because policies may require
 * it. Returns the time of verification; undefined when the request has no code. Throws
 * AccessDenied, in the service's wording, for an invalid code.
 */
export function provedMfa(
  given: Given,
  call: Call<never>,
  mfa: Pick<Mfa, 'take'>,
): Promise<Date> | undefined {
  if (given.SerialNumber === undefined && given.TokenCode === undefined) return undefined
  return proved(given, call, mfa)
}

async function proved(
  { SerialNumber: serialNumber, TokenCode: code }: Given,
  call: Call<never>,
  mfa: Pick<Mfa, 'take'>,
): Promise<Date> {
  const { account, caller, now, fault, note, sourceAddress } = call
  if (serialNumber === undefined || code === undefined) {
    throw fault(
      'AccessDenied',
      'MultiFactorAuthentication failed, must provide both MFA serial number and one time ' +
        'pass code.',
    )
  }
  const userName = callerUserName(caller)
  const taken =
    userName === undefined && caller.principal.kind !== 'root'
      ? 'unknown'
      : await mfa.take({
          account,
          userName,
          userId: caller.userId,
          bySession: caller.claims !== undefined,
          sourceAddress,
          serialNumber,
          code,
        })
  if (taken === 'unknown') {
    throw fault(
      'AccessDenied',
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA ' +
        'serial number is valid and associated with this user.',
    )
  }
  // Only the audit trail says that too many codes were tried: the error is that of a wrong code, so
  // that an attacker does not learn that a correct one would be refused too.
  if (taken === 'too-many')
    note({
      detail:
        'too many one-time codes were tried, by this user, by sessions of this user, or from ' +
        'this address',
    })
  if (taken !== 'taken')
    throw fault(
      'AccessDenied',
      'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    )
  return now
}

/**
 * Returns the condition keys for a code that was sent with the request itself (IAM user guide,
 * "Configuring MFA-protected API access").
 */
export function mfaConditions(mfaAt: Date | undefined): Readonly<Record<string, string>> {
  return mfaAt ? { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '0' } : {}
}
