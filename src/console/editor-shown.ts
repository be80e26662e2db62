import type { Finding } from '../policy/index.ts'
import type { PolicyHolder } from '../policy/quotas.ts'
import type { FieldShown, FormProblem } from './form-shown.ts'
import type { Action, Section } from './shown.ts'

/** What is known of a policy document that somebody writes. */
export interface DocumentCheck {
  readonly findings: readonly Finding[]
  /** Characters without white space, and the most that fit. */
  readonly size: { readonly used: number; readonly most: number; readonly note?: string }
  readonly summary: Section
}

/** A policy document that somebody writes, or reviews before it is saved. */
export interface EditorContent {
  readonly kind: 'editor'
  /** Where the policy is kept, which decides its quota. */
  readonly holder: PolicyHolder
  readonly step: 'write' | 'review'
  readonly title: string
  readonly says?: string | undefined
  readonly locked?: string | undefined
  /** What is filled in beside the document. */
  readonly fields: readonly FieldShown[]
  readonly text: string
  /** Identifies the document that was in force when this one was begun. */
  readonly base: string
  /** The form is obeyed once, however often it is sent. */
  readonly once: string
  /** Absent until somebody wrote something. */
  readonly check?: DocumentCheck | undefined
  readonly review: readonly Section[]
  /** Versions of which one may be deleted with the save. */
  readonly drop?: FieldShown | undefined
  /** Who has the policy. */
  readonly aside: readonly Section[]
  readonly button: string
  /** Where the document is tried on recorded calls. */
  readonly tryAt?: string | undefined
  readonly keep: Action
  readonly problem?: FormProblem | undefined
  readonly status?: number | undefined
}
