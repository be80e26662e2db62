import { glyph } from '../glyph.ts'
import { html, type Safe } from '../html.ts'
import { words } from './words.ts'

/** Renders a policy document to read and copy. Shows text that is not JSON unchanged. */
export function documentView(text: string, title: string): Safe {
  const copy = html`${glyph('copy', 'i i-sm')}<span>${words.json.copy}</span>`
  const parsed = indented(text)
  const label = words.json.as(title, parsed === undefined ? 'text' : 'JSON')
  const lines = parsed === undefined ? text : coloured(parsed)
  return html`<div class="code">
<button type="button" class="btn sm js" data-copy>${copy}</button>
<pre tabindex="0" role="region" aria-label="${label}">${lines}</pre></div>`
}

function indented(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return undefined
  }
}

/** Colours keys and texts. JSON has no other quotes, so one pass is enough. */
function coloured(text: string): Safe {
  const pieces = text.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?)/)
  return html`${pieces.map((piece, i) => {
    if (i % 2 === 0) return piece
    if (!piece.endsWith(':')) return html`<span class="s">${piece}</span>`
    return html`<span class="k">${piece.slice(0, -1)}</span>:`
  })}`
}
