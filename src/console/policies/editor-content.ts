import { hash } from 'node:crypto'
import { withQuery } from '../address.ts'
import type { Action } from '../call.ts'
import type { EditorContent } from '../editor-shown.ts'
import type { FieldShown, FormProblem } from '../form-shown.ts'
import { limitsOf } from '../limits.ts'
import type { PageRequest } from '../request.ts'
import type { Section } from '../shown.ts'
import { editorAddresses } from './editor-addresses.ts'
import type { EditorRules, EditorState, VersionChoice } from './editor-rules.ts'
import { words } from './words.ts'

/** What was sent, beside the state that it is about. */
export interface Sent {
  readonly text: string
  readonly typed: Readonly<Record<string, string>>
  readonly drop?: string | undefined
}

export interface Trouble {
  readonly problem: FormProblem
  readonly status: number
  readonly fields?: Readonly<Record<string, string>>
  readonly drop?: string | undefined
  /** Beside the document: what differs from the one in force. */
  readonly review?: readonly Section[]
}

interface At<A extends Action, O extends A> {
  readonly page: EditorRules<A, O>
  readonly state: EditorState
  readonly request: Pick<PageRequest, 'once'>
}

/** What the page shows of a document that is written; without trouble, it was only checked. */
export function contentOf<A extends Action, O extends A>(
  { page, state, request }: At<A, O>,
  sent: Sent,
  { problem, status, fields = {}, drop, review = [] }: Partial<Trouble> = {},
): EditorContent {
  const { title, says, locked, aside, keep, versions, tried } = state
  const base = baseOf(state.text)
  return {
    kind: 'editor',
    holder: page.holder,
    step: 'write',
    ...{ title, says, locked, aside, keep, problem, status, base, review },
    once: request.once.fresh(),
    button: page.button,
    tryAt: tried && withQuery(editorAddresses.tried, { policy: tried }),
    text: sent.text,
    drop: versions && dropField(versions, sent.drop, drop),
    fields: page.fields.map(
      ({ member, label, help, control }): FieldShown => ({
        name: member,
        ...{ label, help },
        control: typeof control === 'function' ? control(undefined) : control,
        limits: limitsOf(page.operation, member),
        value: sent.typed[member] ?? '',
        was: '',
        problem: fields[member],
      }),
    ),
  }
}

function dropField(
  { must, options }: VersionChoice,
  value: string | undefined,
  problem: string | undefined,
): FieldShown {
  const choices = must ? options : [{ value: '', words: words.review.dropNone }, ...options]
  return {
    name: 'drop',
    label: words.review.drop,
    help: must ? words.document.tooMany : undefined,
    control: { kind: 'choice', options: choices },
    limits: { ...limitsOf('iam:DeletePolicyVersion', 'VersionId'), required: must },
    value: value ?? '',
    was: '',
    problem,
  }
}

/** Identifies a document; empty: there is none yet. */
export function baseOf(text: string | undefined): string {
  return text === undefined ? '' : hash('sha256', text).slice(0, 32)
}
