import type { PasswordEnd } from '../../kernel/password-end.ts'
import type { SignInCode } from '../../kernel/sign-in-fault.ts'
import { elements, smallInteger } from './ber.ts'
import { passwordPolicyControl } from './messages.ts'
import type { Answer } from './read-message.ts'

export interface Refusal {
  readonly code: SignInCode
  /** For the operator; includes the directory's own message. */
  readonly detail: string
}

interface Row {
  readonly code: SignInCode
  readonly meaning: string
}

/**
 * Active Directory's sub-codes, hexadecimal, after `data ` in the diagnostic of a refused bind
 * (Microsoft, "System error codes" 1300–1999). The person is told only of those that AD sends after
 * a correct password; it sends 775 after a wrong one as well.
 */
const subCodes: Readonly<Record<string, Row>> = {
  '525': { code: 'credentials-rejected', meaning: 'no such user' },
  '52e': { code: 'credentials-rejected', meaning: 'unknown user or wrong password' },
  '52f': { code: 'credentials-rejected', meaning: 'account restriction' },
  '530': { code: 'outside-hours', meaning: 'not within the logon hours' },
  '531': { code: 'credentials-rejected', meaning: 'not allowed from this workstation' },
  '532': { code: 'password-expired', meaning: 'password expired' },
  '533': { code: 'account-disabled', meaning: 'account disabled' },
  '568': { code: 'directory-unavailable', meaning: 'too many security identifiers' },
  '701': { code: 'account-expired', meaning: 'account expired' },
  '773': { code: 'must-change-password', meaning: 'password must be changed' },
  '775': { code: 'credentials-rejected', meaning: 'account locked' },
}

/**
 * Errors of the password-policy control (draft-behera-ldap-password-policy-10, section 6.2). A
 * locked account reads like a wrong password because a lock says nothing about the password.
 */
const policyErrors: Readonly<Record<number, Row>> = {
  0: { code: 'password-expired', meaning: 'password policy: password expired' },
  1: { code: 'credentials-rejected', meaning: 'password policy: account locked' },
  2: { code: 'must-change-password', meaning: 'password policy: password must be changed' },
}

/**
 * Result codes of a person's bind (RFC 4511, appendix A). A result that may depend on the account
 * reads like a wrong password; any code not listed here means that the directory cannot answer now,
 * or is misconfigured.
 */
const resultCodes: Readonly<Record<number, Row>> = {
  16: { code: 'credentials-rejected', meaning: 'the entry has no password' },
  19: { code: 'credentials-rejected', meaning: 'constraint: too many failures' },
  32: { code: 'credentials-rejected', meaning: 'no such entry' },
  34: { code: 'credentials-rejected', meaning: 'not a name' },
  48: { code: 'credentials-rejected', meaning: 'the entry cannot authenticate' },
  49: { code: 'credentials-rejected', meaning: 'invalid credentials' },
  50: { code: 'credentials-rejected', meaning: 'not allowed to authenticate' },
  53: { code: 'credentials-rejected', meaning: 'the directory is unwilling: inactive account' },
}

/**
 * Returns why this answer to a person's bind is a refusal; undefined when the bind authenticates
 * the person.
 */
export function refusalOf(answer: Answer): Refusal | undefined {
  const policy = policyError(answer)
  if (policy !== undefined)
    return detailed(
      answer,
      policyErrors[policy] ?? {
        code: 'credentials-rejected',
        meaning: `password policy: error ${policy}`,
      },
    )
  if (answer.resultCode === 0) return undefined
  const subCode =
    answer.resultCode === 49
      ? /\bdata ([0-9a-f]{1,8})\b/i.exec(answer.diagnostic)?.[1]?.toLowerCase()
      : undefined
  const row =
    (subCode === undefined ? undefined : subCodes[subCode]) ?? resultCodes[answer.resultCode]
  return detailed(
    answer,
    row ?? { code: 'directory-unavailable', meaning: 'the directory cannot answer' },
  )
}

function detailed({ resultCode, diagnostic }: Answer, { code, meaning }: Row): Refusal {
  return {
    code,
    detail: `${meaning} (LDAP result ${resultCode}${diagnostic ? `: ${diagnostic}` : ''})`,
  }
}

/**
 * Returns the control's warning: `graceAuthNsRemaining`, how often an expired password may still
 * bind, not counting this bind; or `timeBeforeExpiration`, in seconds from `now`.
 */
export function passwordEndOf(
  { controls }: Pick<Answer, 'controls'>,
  now: Date,
): PasswordEnd | undefined {
  const value = controls.get(passwordPolicyControl)
  if (!value || value.length === 0) return undefined
  const [warning] = elements(value)
    .flatMap(({ content }) => elements(content))
    .filter(({ tag }) => tag === 0xa0)
    .flatMap(({ content }) => elements(content))
  if (warning?.tag === 0x81) return { signInsLeft: smallInteger(warning.content) }
  if (warning?.tag !== 0x80) return undefined
  return { expiresAt: new Date(now.getTime() + smallInteger(warning.content) * 1000) }
}

/**
 * Returns the control's error, if it has one. A bind may succeed and still carry an error: the
 * password must be changed.
 */
function policyError({ controls }: Answer): number | undefined {
  const value = controls.get(passwordPolicyControl)
  if (!value || value.length === 0) return undefined
  const error = elements(value)
    .flatMap(({ content }) => elements(content))
    .find(({ tag }) => tag === 0x81)
  return error && smallInteger(error.content)
}
