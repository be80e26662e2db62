import { structuredPatch } from 'diff'
import type { DiffLine } from '../shown.ts'
import { indented } from './indented.ts'

/** Lines around a change. */
const context = 3
/** Texts that differ in more lines are shown as one taken away and one put in place. */
const mostEdits = 1500

/** The lines that differ between two documents, and some around them; none: they read the same. */
export function textDiff(before: string, after: string): readonly DiffLine[] {
  const [old, fresh] = [indented(before), indented(after)]
  if (old === fresh) return []
  const options = { context, maxEditLength: mostEdits }
  const patch = structuredPatch('', '', old, fresh, undefined, undefined, options)
  if (!patch)
    return [
      ...old.split('\n').map((text): DiffLine => ({ kind: 'removed', text })),
      ...fresh.split('\n').map((text): DiffLine => ({ kind: 'added', text })),
    ]
  return patch.hunks.flatMap(({ oldStart, lines }, i) => [
    ...(i > 0 || oldStart > 1 ? [{ kind: 'gap', text: '…' } as const] : []),
    ...lines.flatMap(lineOf),
  ])
}

const kinds: Readonly<Record<string, DiffLine['kind']>> = {
  '+': 'added',
  '-': 'removed',
  ' ': 'same',
}

/** Leaves out the remark that a text has no line break at its end. */
function lineOf(line: string): readonly DiffLine[] {
  const kind = kinds[line[0] ?? '']
  return kind === undefined ? [] : [{ kind, text: line.slice(1) }]
}
