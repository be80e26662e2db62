import type { PasswordPolicyRecord } from '../../store/records.ts'

/** One thing that an account's policy asks of a password, as pages tell it. */
export type PasswordRule =
  | { readonly is: 'length' | 'reuse'; readonly count: number }
  | {
      readonly is:
        | 'requireUppercase'
        | 'requireLowercase'
        | 'requireNumbers'
        | 'requireSymbols'
        | 'threeOfFour'
        | 'notNamed'
    }

/** Without a policy of its own an account has IAM's: eight characters, of three classes. */
const byDefault: readonly PasswordRule[] = [
  { is: 'length', count: 8 },
  { is: 'threeOfFour' },
  { is: 'notNamed' },
]
const classes = [
  'requireUppercase',
  'requireLowercase',
  'requireNumbers',
  'requireSymbols',
] as const

/** What `passwordViolation` checks, in the order in which a person reads it. */
export function passwordRulesOf(policy: PasswordPolicyRecord | undefined): readonly PasswordRule[] {
  if (!policy) return byDefault
  return [
    { is: 'length', count: policy.minimumLength },
    ...classes.filter((one) => policy[one]).map((is) => ({ is })),
    ...(policy.reusePrevention ? [{ is: 'reuse', count: policy.reusePrevention } as const] : []),
    { is: 'notNamed' },
  ]
}
