import type { Diagnostic } from '@codemirror/lint'
import type { EditorView } from '@codemirror/view'
import { AskFailure, type Asking, askingOf } from './ask.ts'
import { codeView } from './code-view.ts'
import { changeOf, diagnosticsOf } from './findings.ts'
import { button, element } from './visual/elements.ts'
import { VisualView } from './visual/visual-view.ts'
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
  frame.before(switching(frame, view, asking))
}

/** Buttons that change between the text and the fields, which are both of the one document. */
function switching(frame: HTMLElement, view: EditorView, asking: Asking): HTMLElement {
  const visual = new VisualView({
    asking,
    text: () => view.state.doc.toString(),
    write: (text) => view.dispatch({ changes: changeBetween(view.state.doc.toString(), text) }),
  })
  const show = (visually: boolean) => {
    frame.hidden = visually
    visual.dom.hidden = !visually
    asText.setAttribute('aria-pressed', String(!visually))
    asFields.setAttribute('aria-pressed', String(visually))
    if (visually) void visual.show()
  }
  const asText = button(words.json, () => show(false))
  const asFields = button(words.visually, () => show(true))
  const bar = { class: 'row views', role: 'group', 'aria-label': words.views }
  frame.after(visual.dom)
  show(false)
  return element('div', bar, asFields, asText)
}

/** The one change between two texts: what they begin and end with alike stays. */
function changeBetween(before: string, after: string) {
  const most = Math.min(before.length, after.length)
  let from = 0
  while (from < most && before[from] === after[from]) from++
  let same = 0
  while (same < most - from && before.at(-1 - same) === after.at(-1 - same)) same++
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) }
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
