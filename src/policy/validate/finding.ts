import type { ProblemCode } from '../problem-code.ts'
import type { SemanticCode } from './finding-codes.ts'
import type { Severity } from './severity.ts'

export type FindingCode = ProblemCode | SemanticCode

/** A finding about a policy. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  /** 1-based. */
  readonly line: number
  readonly column: number
  /** `Statement[0].Action[1]`; empty for the document. */
  readonly path: string
  readonly message: string
  /** What to do; empty if the message says it. */
  readonly advice: string
}

/** A finding as a rule yields it. The table adds severity and advice; the path becomes a line. */
export interface RuleFinding {
  readonly code: SemanticCode
  readonly path: string
  readonly message: string
  /** The text at fault, where IAM's own sentence quotes it. */
  readonly value?: string | undefined
}
