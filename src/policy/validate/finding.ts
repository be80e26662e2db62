import type { ProblemCode } from '../problem-code.ts'
import type { SemanticCode } from './finding-codes.ts'
import type { Severity } from './severity.ts'

export type FindingCode = ProblemCode | SemanticCode

/** One thing to say about a policy. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  /** 1-based. */
  readonly line: number
  readonly column: number
  /** `Statement[0].Action[1]`; empty: the document. */
  readonly path: string
  readonly message: string
  /** What to do; empty where the message says it. */
  readonly advice: string
}

/** What a rule says: where is a path, or several from the best to the coarsest. */
export interface Found {
  readonly code: SemanticCode
  readonly path: string
  readonly message: string
}
