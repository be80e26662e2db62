import type { Station } from '../../src/console/shown.ts'
import { glyph } from '../glyph.ts'
import { breakable, html, type Safe } from '../html.ts'
import { cellView } from './cell.ts'
import { traceView } from './trace.ts'
import { words } from './words.ts'

const looks = {
  open: { glyph: 'mark', badge: 'allow', gate: 'gate-open' },
  stop: { glyph: 'mark-closed', badge: 'deny', gate: 'gate-closed' },
  off: { glyph: 'mark', badge: 'implicit', gate: 'gate-none' },
} as const

/** The stations of a call, one below the other, each opened to what is known of it. */
export function roadView(stations: readonly Station[], now: Date): Safe {
  return html`<ol class="road">${stations.map((one) => stationView(one, now))}</ol>`
}

function stationView(station: Station, now: Date): Safe {
  const { state, step, name, line, open, terms, layers, said } = station
  const look = looks[state]
  const badge = html`<span class="b ${look.badge}">${glyph(look.gate, 'i i-sm')}${
    words.road[state]
  }</span>`
  return html`<li${state !== 'open' && html` class="${state}"`}>${glyph(look.glyph)}
<details${open && html` open`}><summary><span class="step">${step}</span>
<h3>${breakable(name)}</h3>${badge}<span class="line2">${breakable(line)}</span></summary>
${
  terms.length > 0 &&
  html`<dl class="dl ruled small">${terms.map(
    ([label, value]) => html`
<dt>${label}</dt><dd>${cellView(value, now)}</dd>`,
  )}</dl>`
}
${layers && traceView(layers)}
${said !== undefined && saidView(said)}</details></li>`
}

function saidView(said: string): Safe {
  const label = words.road.said
  return html`<pre class="code mt" tabindex="0" role="region" aria-label="${label}">${said}</pre>`
}
