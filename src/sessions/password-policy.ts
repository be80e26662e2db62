import type { LoginProfileRecord, PasswordPolicyRecord } from '../store/records.ts'

/**
 * The policy of an account without one of its own (IAM user guide, "Set an account password policy
 * for IAM users"): at least this many characters, of at least this many of the four classes.
 */
const byDefault = { minimumLength: 8, classes: 3 } as const
const dayMs = 86_400_000

/** The four classes of characters, as the policy's settings name them. */
const classes = [
  { required: 'requireUppercase', has: /[A-Z]/, noun: 'uppercase letter' },
  { required: 'requireLowercase', has: /[a-z]/, noun: 'lowercase letter' },
  { required: 'requireNumbers', has: /[0-9]/, noun: 'number' },
  { required: 'requireSymbols', has: /[!@#$%^&*()_+\-=[\]{}|']/, noun: 'symbol' },
] as const

/**
 * Returns what a password lacks, in IAM's sentences; undefined when it conforms. `names`: what a
 * password may not be, such as the account's id and alias.
 */
export function passwordViolation(
  policy: PasswordPolicyRecord | undefined,
  password: string,
  names: readonly string[],
): string | undefined {
  if (names.some((name) => name.toLowerCase() === password.toLowerCase())) return noConformance
  const least = policy?.minimumLength ?? byDefault.minimumLength
  const short = password.length < least ? [`Password should have a minimum length of ${least}`] : []
  const lacked = classes.filter(({ has }) => !has.test(password))
  const sentence = ({ noun }: (typeof classes)[number]) =>
    `Password should have at least one ${noun}`
  if (policy) {
    const lacking = lacked.filter(({ required }) => policy[required]).map(sentence)
    return [...short, ...lacking].join(', ') || undefined
  }
  const more = byDefault.classes - (classes.length - lacked.length)
  if (more <= 0) return short[0]
  const choose =
    `Password should meet ${more} more of the following requirements: ` +
    lacked.map(sentence).join(', ')
  return [...short, choose].join(', ')
}

/** IAM's sentence for a password that was used before. */
export const noConformance = 'Password does not conform to the account password policy.'

/**
 * What a user may do with the right password. `change`: nothing before another is chosen.
 * `expired`: nothing until an administrator sets another, or the user does by `ChangePassword`.
 */
export type PasswordStanding = 'good' | 'change' | 'expired'

export function passwordStanding(
  { changedAt, resetRequired }: Pick<LoginProfileRecord, 'changedAt' | 'resetRequired'>,
  policy: PasswordPolicyRecord | undefined,
  now: Date,
): PasswordStanding {
  const ends = passwordExpiry({ changedAt }, policy)
  if (ends === undefined || now < ends) return resetRequired ? 'change' : 'good'
  return policy?.hardExpiry ? 'expired' : 'change'
}

/** When a password expires; undefined: never. A changed policy counts for all at once. */
export function passwordExpiry(
  { changedAt }: Pick<LoginProfileRecord, 'changedAt'>,
  policy: PasswordPolicyRecord | undefined,
): Date | undefined {
  return policy?.maxAgeDays === undefined
    ? undefined
    : new Date(Date.parse(changedAt) + policy.maxAgeDays * dayMs)
}
