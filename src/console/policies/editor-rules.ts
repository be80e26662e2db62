import type { PolicyHolder } from '../../policy/quotas.ts'
import type { Action, Call } from '../call.ts'
import type { Field } from '../form.ts'
import type { PageRequest } from '../request.ts'
import type { Section, Action as Way } from '../shown.ts'
import type { Saved } from '../steps-rules.ts'

/** The current state of what is edited. */
export interface EditorState {
  readonly title: string
  readonly says?: string | undefined
  /** Why nothing can be changed here. */
  readonly locked?: string | undefined
  /** The document in force; absent: there is none yet. */
  readonly text?: string | undefined
  readonly keep: Way
  /** What the policy is called where it is tried on recorded calls; absent: nobody has it yet. */
  readonly tried?: string | undefined
  /** Who has the policy. */
  readonly aside: readonly Section[]
  /** The versions of which one may be deleted with the save; `must`: one has to be. */
  readonly versions?: VersionChoice | undefined
  /** What is wrong with fields beside the model's limits, by member. */
  readonly unfit?: (typed: Readonly<Record<string, string>>) => Readonly<Record<string, string>>
}

export interface VersionChoice {
  readonly must: boolean
  readonly options: readonly { readonly value: string; readonly words: string }[]
}

/** What is saved. */
export interface Draft {
  readonly text: string
  readonly fields: Readonly<Record<string, string>>
  /** The version to delete. */
  readonly drop?: string | undefined
}

export interface EditorRules<A extends Action, O extends A> {
  /** The operation whose model limits the fields. */
  readonly operation: O
  /** What is filled in beside the document. */
  readonly fields: readonly Field<O>[]
  /** Where the policy is kept, which decides its quota. */
  readonly holder: PolicyHolder
  readonly button: string
  read(call: Call<A>, request: PageRequest): Promise<EditorState>
  /** Who has the policy besides, for the review: calls that no other step needs. */
  reached?(call: Call<A>, request: PageRequest): Promise<readonly Section[]>
  save(call: Call<A>, request: PageRequest, draft: Draft): Promise<Omit<Saved, 'kind'>>
}
