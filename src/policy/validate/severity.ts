/** From the gravest (it never works) to the least (it could be shorter). */
export const severities = ['error', 'security-warning', 'warning', 'suggestion'] as const
export type Severity = (typeof severities)[number]
export interface FindingRow {
  readonly severity: Severity
  /** What to do about it. */
  readonly advice: string
}
