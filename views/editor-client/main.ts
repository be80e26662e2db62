import type { Diagnostic } from '@codemirror/lint'
import type { EditorView } from '@codemirror/view'
import { AskFailure, askingOf } from './ask.ts'
import { codeView } from './code-view.ts'
import { changeOf, diagnosticsOf } from './findings.ts'
import { words } from './words.ts'

/** Puts the editor in place of the text area, whose value stays what is sent. */
function begin(form: HTMLFormElement): void {
  const area = form.querySelector<HTMLTextAreaElement>('textarea[name=document]')
  const frame = form.querySelector<HTMLElement>('[data-document]')
  if (!area || !frame) return
  const asking = askingOf(form)
  let told: string | undefined = area.value
  const show = (part: string, drawn: string) => {
    const found = form.querySelector(`[data-${part}]`)
    if (found) found.innerHTML = drawn
  }
  const marks = async (view: EditorView): Promise<readonly Diagnostic[]> => {
    const { state } = view
    const text = state.doc.toString()
    try {
      const { findings, check, summary } = await asking.check(text)
      if (view.state.doc !== state.doc) return []
      told = text
      show('check', check)
      show('summary', summary)
      return diagnosticsOf(state, findings)
    } catch (error) {
      const ended = error instanceof AskFailure && error.status === 403
      const line = document.createElement('p')
      line.className = 'error'
      line.setAttribute('role', 'status')
      line.textContent = ended ? words.sessionEnded : words.checkFailed
      form.querySelector('[data-check]')?.replaceChildren(line)
      return []
    }
  }
  const view = codeView({
    text: area.value,
    nonce: form.dataset.nonce ?? '',
    asking,
    changed: (text) => {
      area.value = text
    },
    marks,
  })
  area.hidden = true
  area.labels?.[0]?.addEventListener('click', () => view.focus())
  frame.classList.add('live')
  frame.replaceChildren(area, view.dom)
  mendAtOnce(form, view, () => told)
}

/** A mend that is told of the text as it stands is made at once, without the server. */
function mendAtOnce(form: HTMLFormElement, view: EditorView, told: () => string | undefined): void {
  form.addEventListener('click', (event) => {
    const { target } = event
    const button = target instanceof Element ? target.closest('button') : null
    const { from, to, insert } = button?.dataset ?? {}
    if (from === undefined || to === undefined || insert === undefined) return
    if (view.state.doc.toString() !== told()) return
    event.preventDefault()
    view.dispatch(changeOf({ from: Number(from), to: Number(to), insert }))
    view.focus()
  })
}

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-policy-editor]'))
  begin(form)
