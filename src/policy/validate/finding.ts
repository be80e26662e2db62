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
  /** An edit of the text that ends it, where one is certain. */
  readonly mend?: Mend | undefined
}

/** Replaces a part of a document's text; offsets in UTF-16 units. */
export interface Mend {
  /** What it does, in a few words. */
  readonly words: string
  readonly from: number
  readonly to: number
  readonly insert: string
}

/**
 * What a rule knows about ending its finding: another value at its path, another part between the
 * colons of the value there, another name of the member there, or another operator for the
 * condition there.
 */
export type Remedy =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'part'; readonly at: number; readonly text: string }
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'operator'; readonly name: string }

/** A finding as a rule yields it. The table adds severity and advice; the path becomes a line. */
export interface RuleFinding {
  readonly code: SemanticCode
  readonly path: string
  readonly message: string
  /** The text at fault, where IAM's own sentence quotes it. */
  readonly value?: string | undefined
  readonly remedy?: Remedy | undefined
}
