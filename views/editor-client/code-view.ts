import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language'
import { type Diagnostic, linter, lintGutter, lintKeymap } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import type { Asking } from './ask.ts'
import { policyCompletion } from './completion.ts'
import { theme } from './theme.ts'
import { words } from './words.ts'

export interface CodeViewRules {
  readonly text: string
  /** Of the style element that the library writes. */
  readonly nonce: string
  readonly asking: Asking
  changed(text: string): void
  /** Marks for the text, once nobody has typed for a while. */
  marks(view: EditorView): Promise<readonly Diagnostic[]>
}

/** Milliseconds without a key before the document is checked. */
const restMs = 600

/** A text editor for a policy document. Tab leaves it, as any field. */
export function codeView({ text, nonce, asking, changed, marks }: CodeViewRules): EditorView {
  return new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({
          'aria-label': words.document,
          spellcheck: 'false',
          tabindex: '0',
        }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) changed(state.doc.toString())
        }),
        EditorState.tabSize.of(2),
        indentUnit.of('  '),
        lineNumbers(),
        highlightActiveLineGutter(),
        highlightActiveLine(),
        drawSelection(),
        history(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: [policyCompletion(asking)], icons: false }),
        json(),
        linter(async (view) => [...(await marks(view))], { delay: restMs }),
        lintGutter(),
        keymap.of([
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...lintKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        theme,
      ],
    }),
  })
}
