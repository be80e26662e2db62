import type { ReportContent, TaskOutcome } from '../../src/console/form-shown.ts'
import { glyph } from '../glyph.ts'
import { breakable, breakableName, html, type Safe } from '../html.ts'
import { csrfField } from '../layout.ts'
import { cellView } from './cell.ts'
import type { Frame, Inside } from './frame.ts'
import { words } from './words.ts'

/** Renders what a form did: secrets that are shown this once, and what became of each task. */
export function reportView(report: ReportContent, { now, csrf }: Frame): Inside {
  const { title, says, terms = [], outcomes, links, goesOn } = report
  const failed = outcomes.some(({ state }) => state !== 'done')
  return {
    title,
    failed,
    body: html`<div class="head"><div><h1>${breakableName(title)}</h1>
<p>${says}</p></div></div>
<div class="narrow stack">
${terms.length > 0 && onceView(terms, now)}
${goesOn && goesOnView(goesOn, csrf)}
${(failed || outcomes.length > 1) && outcomesView(outcomes)}
<div class="actions mt">${links.map(
      ({ text, href }, i) => html`<a class="btn${i === 0 && ' pri'}" href="${href}">${text}</a>`,
    )}</div></div>`,
  }
}

/** Without a script, the button goes on with the next part. */
function goesOnView(
  { carried, button, used, most, label }: NonNullable<ReportContent['goesOn']>,
  csrf: string,
): Safe {
  return html`<form method="post" data-goes-on>${csrfField(csrf)}
${carried.map(
  ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">
`,
)}<p><progress max="${most}" value="${used}" aria-label="${label}"></progress></p>
<div class="actions mt"><button class="btn pri" name="_go" value="next">${button}</button></div>
</form>`
}

function onceView(terms: NonNullable<ReportContent['terms']>, now: Date): Safe {
  return html`<div class="msg warn" role="status">${glyph('key')}<div>
<p><b>${words.once.title}</b></p><p>${words.once.says}</p></div></div>
<dl class="dl ruled secrets">${terms.map(
    ([label, value], i) => html`
<dt>${label}</dt><dd><span id="s${i}">${cellView(value, now)}</span>
${
  value.kind !== 'qr' &&
  html`<button type="button" class="btn sm js" data-copy="s${i}">${glyph('copy', 'i i-sm')}<span>${
    words.copy
  }</span><span class="vh"> ${label}</span></button>`
}</dd>`,
  )}</dl>`
}

const badges = { done: 'ok', refused: 'bad', left: 'b' } as const

/** What became of each task, in the order in which they were tried. */
export function outcomesView(outcomes: readonly TaskOutcome[]): Safe {
  return html`<ol class="outcomes">${outcomes.map(
    ({ words: what, state, message, reference }) => html`
<li><span class="b ${badges[state]}">${words.states[state]}</span>
<div><p>${breakable(what)}</p>
${message !== undefined && html`<p class="small">${breakable(message)}</p>`}
${
  reference !== undefined &&
  html`<p class="small muted">${words.reference}: <code>${breakable(reference)}</code></p>`
}</div></li>`,
  )}</ol>`
}
