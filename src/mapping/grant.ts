/**
 * One role that a mapping proposes for an identity. The role's trust policy decides whether it may
 * be taken.
 */
export interface Grant {
  /** Name of the rule that made it, for the audit event and for `explain`. */
  readonly rule: string
  readonly roleArn: string
  /**
   * ARN of the SAML provider that an assertion's own `Role` value names; absent: the connector is
   * the provider.
   */
  readonly provider?: string | undefined
  readonly sessionName: string
  readonly tags: ReadonlyMap<string, string>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string | undefined
  readonly maxDurationSeconds?: number | undefined
  /** JSON text of a policy that narrows every session of this grant. */
  readonly sessionPolicy?: string | undefined
}

export interface RuleOutcome {
  readonly rule: string
  readonly result: 'granted' | 'not-matched' | 'denied' | 'failed'
  /** One sentence: which part of the condition decided, which value was refused, or what failed. */
  readonly reason: string
}

export interface MappingResult {
  readonly grants: readonly Grant[]
  /** One for each rule, in the order of the file. */
  readonly outcomes: readonly RuleOutcome[]
}
