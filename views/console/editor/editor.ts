import type { DocumentCheck, EditorContent } from '../../../src/console/editor-shown.ts'
import { editorAddresses } from '../../../src/console/policies/editor-addresses.ts'
import { words } from '../../../src/console/policies/words.ts'
import { assetAddress } from '../../asset-address.ts'
import { glyph } from '../../glyph.ts'
import { breakableName, html, type Safe } from '../../html.ts'
import { csrfField } from '../../layout.ts'
import { problem } from '../../message.ts'
import { sectionView } from '../detail.ts'
import { fieldView } from '../form.ts'
import type { Frame, Inside } from '../frame.ts'
import { documentField } from './document.ts'
import { countedFindings, findingsView } from './findings.ts'
import { words as texts } from './words.ts'

/** Renders a policy document to write, or what saving it changes. */
export function editorView(editor: EditorContent, frame: Frame): Inside {
  const { title, says, locked } = editor
  const page = editor.step === 'review' ? reviewStep : writeStep
  return {
    title,
    failed: editor.problem !== undefined,
    stays: true,
    body: html`<div class="head"><div><h1>${breakableName(title)}</h1>
${says !== undefined && locked === undefined && html`<p>${says}</p>`}</div></div>
${editor.problem && html`<div class="notice">${problem(editor.problem)}</div>`}
${locked === undefined ? page(editor, frame) : lockedView(editor)}`,
  }
}

function lockedView({ locked, keep }: EditorContent): Safe {
  return html`<div class="msg">${glyph('lock')}<div><p>${locked}</p></div></div>
<p class="mt"><a class="btn" href="${keep.href}">${keep.text}</a></p>`
}

/** A form whose session ended keeps what was typed; sending it leads through a sign-in and back. */
function endedNotice(): Safe {
  const { notice, next } = words.ended
  return html`<div class="msg warn" role="status" data-ended hidden>${glyph('clock')}<div>
<p><b>${notice}</b></p><p>${next}</p></div></div>`
}

function writeStep(editor: EditorContent, { csrf, now, styleNonce }: Frame): Safe {
  const { holder, fields, text, base, once, check, review, drop, aside, keep } = editor
  return html`<form method="post" class="cols" data-policy-editor data-nonce="${styleNonce}"
 data-holder="${holder}" data-check-at="${editorAddresses.check}"
 data-reference-at="${editorAddresses.reference}">
<div class="stack-l"><div>${csrfField(csrf)}
<input type="hidden" name="_base" value="${base}">
<input type="hidden" name="_once" value="${once}">
${endedNotice()}
${fields.map(fieldView)}
${documentField(text, check?.findings ?? [])}
${drop && fieldView(drop)}
<div class="actions mt"><button class="btn" name="do" value="check">${words.review.check}</button>
<button class="btn pri" name="do" value="review">${words.review.review}</button>
<a class="btn" href="${keep.href}">${keep.text}</a></div></div>
${review.map((one, i) => sectionView(one, `r${i}`, now))}
<div data-summary>${check && sectionView(check.summary, 'summary', now)}</div></div>
<aside class="stack-l" aria-label="${words.check.findings}">
<div data-check class="stack-l">${check && checkView(check)}</div>
${aside.map((one, i) => sectionView(one, `a${i}`, now))}</aside></form>
<script src="${assetAddress('policy-editor.gen.js')}" defer></script>`
}

/** What is known of the document: its size, and its findings. */
export function checkView({ findings, size }: DocumentCheck): Safe {
  const { used, most, note } = size
  const label = texts.editor.of(used.toLocaleString('en-GB'), most.toLocaleString('en-GB'))
  return html`<section class="sec" aria-labelledby="size"><h2 id="size">${words.check.size}</h2>
<p class="row small"><span>${words.check.sizeLabel}</span><span class="push num">${label}</span></p>
<progress max="${most}" value="${Math.min(used, most)}" aria-label="${words.check.size}: ${label}"
></progress>${note !== undefined && html`<p class="help">${note}</p>`}</section>
<section class="sec" aria-labelledby="finds"><h2 id="finds">${words.check.findings}</h2>
<p class="small" role="status">${findings.length > 0 && countedFindings(findings)}</p>
${findingsView(findings)}</section>`
}

function reviewStep(editor: EditorContent, { csrf, now }: Frame): Safe {
  const { fields, text, base, once, check, review, drop, aside, button, tryAt } = editor
  const [allowed, denied, ...rest] = review
  return html`<form method="post" class="cols">
<div class="stack-l"><div>${csrfField(csrf)}<input type="hidden" name="_base" value="${base}">
<input type="hidden" name="_once" value="${once}">
<input type="hidden" name="document" value="${text}">
${fields.map(({ name, value }) => html`<input type="hidden" name="${name}" value="${value}">`)}
${endedNotice()}
${allowed && sectionView(allowed, 'allowed', now)}</div>
${denied && sectionView(denied, 'denied', now)}
<div class="narrow">${drop && fieldView(drop)}
<div class="actions mt"><button class="btn pri" name="do" value="save">${button}</button>
<button class="btn" name="do" value="edit">${words.review.back}</button>${
    tryAt !== undefined &&
    html`
<button class="btn" formaction="${tryAt}">${words.review.tryIt}</button>`
  }</div></div>
${rest.map((one, i) => sectionView(one, `t${i}`, now))}
${check && sectionView(check.summary, 'summary', now)}</div>
<aside class="stack-l" aria-label="${words.check.findings}">
${aside.map((one, i) => sectionView(one, `a${i}`, now))}
${check && checkView({ ...check, findings: check.findings.map(withoutMend) })}</aside></form>`
}

/** Text is mended where it is written. */
function withoutMend({ mend: _mend, ...finding }: DocumentCheck['findings'][number]) {
  return finding
}
