import type { LayerShown, Outcome, StatementShown } from '../../src/console/explained.ts'
import type { Section } from '../../src/console/shown.ts'
import { glyph } from '../glyph.ts'
import { breakable, html, type Safe } from '../html.ts'

const gates = {
  allow: 'gate-open',
  deny: 'gate-closed',
  implicit: 'gate-none',
  warn: 'warning',
} as const

/** A decision as a banner: what it is, and why in a sentence. */
export function decisionView({ tone, title, text }: Extract<Section, { kind: 'decision' }>): Safe {
  return html`<div class="decision ${tone}" role="status">${glyph(gates[tone])}
<div><h2>${title}</h2><p>${breakable(text)}</p></div></div>`
}

/** The layers of a decision, each opened to its statements, each of those to its elements. */
export function traceView(layers: readonly LayerShown[]): Safe {
  return html`<ol class="trace">${layers.map(layerView)}</ol>`
}

function layerView({ name, note, outcome, open, statements, others }: LayerShown): Safe {
  const head = html`<b>${name}</b> <span class="muted">${note}</span>${outcomeView(outcome)}`
  if (statements.length === 0 && others === undefined)
    return html`<li><div class="line">${head}</div></li>`
  return html`<li><details${open && html` open`}><summary>${head}</summary>
<ul>${statements.map(statementView)}${
    others !== undefined && html`<li><p class="small muted">${others}</p></li>`
  }</ul></details></li>`
}

function statementView({ name, href, note, outcome, parts }: StatementShown): Safe {
  const named = href === undefined ? html`${name}` : html`<a href="${href}">${name}</a>`
  const place = html`<span class="muted">${breakable(note)}</span>`
  return html`<li><div class="line"><b>${named}</b> ${place}${outcomeView(outcome)}</div>
<dl class="why">${parts.map(
    ({ label, matched, text }) => html`
<dt${!matched && html` class="no"`}>${label}</dt><dd>${breakable(text)}</dd>`,
  )}</dl></li>`
}

function outcomeView({ tone, text }: Outcome): Safe {
  if (tone === 'none') return html` <span class="b">${text}</span>`
  return html` <span class="b ${tone}">${glyph(gates[tone], 'i i-sm')}${text}</span>`
}
