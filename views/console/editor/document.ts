import type { DocumentCheck } from '../../../src/console/editor-shown.ts'
import { words } from '../../../src/console/policies/words.ts'
import { html, type Safe } from '../../html.ts'
import { linesFound } from './findings.ts'

const leastRows = 14
/** A person writes a few lines before the next check numbers them. */
const spareRows = 3

/** The document to be written, its lines numbered and those with findings marked. */
export function documentField(text: string, findings: DocumentCheck['findings']): Safe {
  const lines = text.split('\n').length
  const rows = Math.max(leastRows, lines + spareRows)
  const found = linesFound(findings)
  const numbers = Array.from({ length: rows }, (_, i) => {
    const tone = found.get(i + 1)
    return tone === undefined || tone === 'ink'
      ? html`${i + 1}\n`
      : html`<b class="${tone}">${i + 1}</b>\n`
  })
  // HTML drops the first line break of a text area's content.
  return html`<div class="field"><label for="document">${words.document.title}</label>
<div class="ed" data-document><pre aria-hidden="true">${numbers}</pre>
<textarea id="document" name="document" class="code" rows="${rows}" wrap="off" spellcheck="false"
 autocomplete="off" autocapitalize="off">
${text}</textarea></div></div>`
}
