import type { ReferenceIndex } from '../../../src/console/policies/policy-reference.ts'
import type { VisualStatement } from '../../../src/console/policies/visual-document.ts'
import type { Asking } from '../ask.ts'

/** What a person has opened in a statement, which drawing it again keeps. */
export interface Look {
  open: boolean
  service: string | undefined
  readonly levels: Set<string>
}

/** What a part of a statement is drawn from. */
export interface PartRules {
  readonly statement: VisualStatement
  readonly index: ReferenceIndex
  readonly asking: Asking
  readonly look: Look
  /**
   * Changes the statement as it is by then. `again`: it is drawn again, because more than the field
   * itself changes.
   */
  change(update: (now: VisualStatement) => VisualStatement, again?: boolean): void
}
