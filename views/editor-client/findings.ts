import { syntaxTree } from '@codemirror/language'
import type { Diagnostic } from '@codemirror/lint'
import type { EditorState } from '@codemirror/state'
import type { Mend, ToldFinding } from './ask.ts'

const severities: Readonly<Record<ToldFinding['severity'], Diagnostic['severity']>> = {
  error: 'error',
  'security-warning': 'warning',
  warning: 'warning',
  suggestion: 'info',
}

/** Findings as marks in the text, each from its place to the end of what stands there. */
export function diagnosticsOf(
  state: EditorState,
  findings: readonly ToldFinding[],
): readonly Diagnostic[] {
  return findings.map(({ line, column, severity, message, advice, mend }) => {
    const from = positionOf(state, line, column)
    return {
      from,
      to: endAt(state, from),
      severity: severities[severity],
      message: `${message.replaceAll('`', '')}${advice === '' ? '' : `; ${advice}`}`,
      ...(mend && {
        actions: [{ name: mend.words, apply: (view) => view.dispatch(changeOf(mend)) }],
      }),
    }
  })
}

/** The edit of a mend, which holds for the text that was checked. */
export function changeOf({ from, to, insert }: Pick<Mend, 'from' | 'to' | 'insert'>) {
  return { changes: { from, to, insert }, userEvent: 'input.mend' }
}

function positionOf({ doc }: EditorState, line: number, column: number): number {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines))
  return Math.min(at.from + Math.max(column - 1, 0), at.to)
}

/** The end of the value or name at a place, within its line. */
function endAt(state: EditorState, from: number): number {
  const { to: endOfLine } = state.doc.lineAt(from)
  const node = syntaxTree(state).resolveInner(from, 1)
  return Math.max(Math.min(from === node.from ? node.to : endOfLine, endOfLine), from)
}
