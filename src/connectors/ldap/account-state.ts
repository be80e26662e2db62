import type { SignInCode } from '../../kernel/sign-in-fault.ts'
import { formats } from './attribute-formats.ts'
import { textsOf } from './identity.ts'
import type { Entry } from './search-messages.ts'

/** Why a person of the directory may not sign in, whatever the password. */
export interface Unfit {
  readonly code: SignInCode
  /** For the operator. */
  readonly detail: string
}

interface Row {
  readonly attribute: string
  readonly code: SignInCode
  readonly means: (value: string, now: Date) => boolean
}

/** Bits of Active Directory (MS-ADTS, sections 2.2.16 and 3.1.1.4.5.17). */
const disabledBit = 0x2
const lockedBit = 0x10

const hasBit = (bit: number) => (value: string) => (Number(value) & bit) !== 0
const isTrue = (value: string) => value.toUpperCase() === 'TRUE'
const isPast = (value: string, now: Date) => (instantOf(value) ?? 0) <= now.getTime()
const always = () => true

/**
 * What directories themselves refuse at a bind. A lock that has run out stays in OpenLDAP's entry
 * until the next bind, and a bind that succeeds removes it: so one that is there is of later.
 */
const rows: readonly Row[] = [
  { attribute: 'userAccountControl', code: 'account-disabled', means: hasBit(disabledBit) },
  {
    attribute: 'msDS-User-Account-Control-Computed',
    code: 'account-locked',
    means: hasBit(lockedBit),
  },
  { attribute: 'accountExpires', code: 'account-expired', means: isPastFiletime },
  // slapo-ppolicy(5).
  { attribute: 'pwdAccountLockedTime', code: 'account-locked', means: always },
  { attribute: 'pwdEndTime', code: 'account-expired', means: isPast },
  // 389 Directory Server and FreeIPA.
  { attribute: 'nsAccountLock', code: 'account-disabled', means: isTrue },
  { attribute: 'krbPrincipalExpiration', code: 'account-expired', means: isPast },
  // eDirectory.
  { attribute: 'loginDisabled', code: 'account-disabled', means: isTrue },
  { attribute: 'loginExpirationTime', code: 'account-expired', means: isPast },
]

/** The attributes to ask for: those of other directories are left out of the answer. */
export const stateAttributes: readonly string[] = rows.map(({ attribute }) => attribute)

/** Returns why the account is disabled, locked or over by now; undefined when it is none. Pure. */
export function unfitAccount(entry: Entry, now: Date): Unfit | undefined {
  for (const { attribute, code, means } of rows) {
    const [value] = textsOf(entry, attribute)
    if (value !== undefined && means(value, now))
      return { code, detail: `the directory says \`${attribute}: ${value}\`` }
  }
  return undefined
}

function isPastFiletime(value: string, now: Date): boolean {
  const end = formats.filetime(Buffer.from(value, 'latin1'))
  return end !== 'never' && !(end !== undefined && Date.parse(end) > now.getTime())
}

/** GeneralizedTime (RFC 4517, section 3.3.13) in UTC, to the second. */
function instantOf(value: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?Z$/.exec(value)
  if (!parts) return undefined
  const [, year, month, day, hour, minute, second = '00'] = parts
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}
