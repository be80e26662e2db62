import type { ActionReference } from './access-level.ts'
import { diff } from './diff.ts'
import { Policy } from './policy.ts'
import type { PolicyKind, Question } from './question.ts'

/** A request that one version of a policy allows and the other does not. */
export interface AccessChange {
  /** The statement that allows it, counted from 0 in its version, and its name. */
  readonly statement: number
  readonly sid?: string | undefined
  /** The action of that statement, as written; absent: it names those that it excepts. */
  readonly action?: string | undefined
  readonly witness: Question
}

export interface AccessChanges {
  /** One for each action of a statement that allows more than before, in their order. */
  readonly changes: readonly AccessChange[]
  /**
   * Whether that is certainly everything: no statement was found whose change could be neither
   * shown nor excluded, and none was left out because there are too many.
   */
  readonly complete: boolean
}

export interface AccessChangesOptions {
  readonly reference?: ActionReference | undefined
  /** How many questions are tried in all: they bound the time that it takes. */
  readonly most?: number | undefined
}

/** What one statement of a version says for one of its actions. */
interface Atom {
  readonly statement: number
  readonly sid: string | undefined
  readonly action: string | undefined
  readonly written: object
}

/** The most changes that are told: a reader has enough of that many. */
const mostChanges = 25
/** Fewer questions find no witness where wildcards and conditions stand. */
const leastQuestions = 120

/**
 * What the document `after` allows and `before` does not, action by action, each with a request as
 * a witness. Exchange the two for what is not allowed any more. An absent document allows nothing,
 * as one that can't be read. Pure; never throws.
 */
export function accessChanges(
  kind: PolicyKind,
  before: string | undefined,
  after: string | undefined,
  { reference, most = 6000 }: AccessChangesOptions = {},
): AccessChanges {
  const [old, fresh] = [parsed(kind, before), parsed(kind, after)]
  const none: AccessChanges = { changes: [], complete: true }
  if (after === undefined || fresh.length === 0) return none
  if (diff(kind, old, fresh, { most: 0 }).outcome === 'nothing-new') return none
  const { atoms, denies } = atomsOf(after)
  const changes: AccessChange[] = []
  let complete = true
  const each = Math.max(leastQuestions, Math.floor(most / Math.max(1, atoms.length)))
  let left = most
  for (const { statement, sid, action, written } of atoms) {
    if (changes.length >= mostChanges || left <= 0) return { changes, complete: false }
    const alone = parsed(kind, JSON.stringify({ Version, Statement: [written, ...denies] }))
    const compared = diff(kind, old, alone, { reference, most: each })
    if (compared.outcome !== 'nothing-new') left -= each
    if (compared.outcome === 'unknown') complete = false
    if (compared.outcome === 'new-access')
      changes.push({ statement, sid, action, witness: compared.witness })
  }
  return { changes, complete }
}

const Version = '2012-10-17'

function parsed(kind: PolicyKind, text: string | undefined): readonly Policy[] {
  if (text === undefined) return []
  const read = Policy.parse(kind, '', text, true)
  return read.ok ? [read.policy] : []
}

/** Takes a document apart that the parser accepted. */
function atomsOf(text: string): {
  readonly atoms: readonly Atom[]
  readonly denies: readonly object[]
} {
  const { Statement } = JSON.parse(text) as { Statement: Written | readonly Written[] }
  const statements = [Statement].flat() as readonly Written[]
  return {
    denies: statements.filter(({ Effect }) => Effect === 'Deny'),
    atoms: statements.flatMap((written, statement) =>
      written.Effect === 'Deny' ? [] : atomsOfStatement(written, statement),
    ),
  }
}

interface Written {
  readonly Effect: 'Allow' | 'Deny'
  readonly Sid?: string
  readonly Action?: string | readonly string[]
}

function atomsOfStatement(written: Written, statement: number): readonly Atom[] {
  const sid = written.Sid || undefined
  if (written.Action === undefined) return [{ statement, sid, action: undefined, written }]
  return [written.Action].flat().map((action) => ({
    statement,
    sid,
    action: String(action),
    written: { ...written, Action: action },
  }))
}
