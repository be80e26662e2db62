/** One role an identity may take. What a mapping proposes; the role's trust policy decides. */
export interface Grant {
  /** Name of the rule that made it: audit and the explain table name it. */
  readonly rule: string
  readonly roleArn: string
  /** ARN of the SAML provider that vouches, where an assertion's own `Role` names one; absent: the connector itself. */
  readonly provider?: string
  readonly sessionName: string
  readonly tags: ReadonlyMap<string, string>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
  readonly maxDurationSeconds?: number
  /** JSON text of a policy that narrows every session of this grant. */
  readonly sessionPolicy?: string
}

export interface RuleOutcome {
  readonly rule: string
  readonly result: 'granted' | 'not-matched' | 'denied' | 'failed'
  /** One sentence: which part of the condition settled it, which value was refused, or what failed. */
  readonly reason: string
}

export interface MappingResult {
  readonly grants: readonly Grant[]
  /** One for each rule, in the order of the file. */
  readonly outcomes: readonly RuleOutcome[]
}
