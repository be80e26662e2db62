import type { Cell, Tone } from '../../src/console/cells.ts'
import type { Head } from '../../src/console/shown.ts'
import { glyph } from '../glyph.ts'
import { breakable, breakableName, html, type Safe } from '../html.ts'
import { clockTime } from '../layout.ts'
import { qrPicture } from '../qr-picture.ts'
import { words as texts } from './words.ts'

/** An IPv4 address or the number of an account, which is short enough for one line. */
const numbers = /^[\d.]{1,15}$/

/** Renders one value of a page. */
export function cellView(cell: Cell, now: Date): Safe {
  switch (cell.kind) {
    case 'text':
      return html`${cell.text}${below(cell.sub)}`
    case 'link':
      return html`<a href="${cell.href}">${breakableName(cell.text)}</a>${below(cell.sub)}`
    case 'code':
      return codeView(cell.text)
    case 'time':
      return html`${clockTime(cell.at, now, cell.exact)}${below(cell.sub)}`
    case 'none':
      return html`<span class="muted">${cell.text}</span>`
    case 'chips':
      return html`<span class="chips">${cell.texts.map(
        (text) => html`<span class="chip">${text}</span>`,
      )}</span>`
    case 'bar':
      return barView(cell)
    case 'badge':
      return html`<span class="b ${cell.tone}">${badgeGlyph(cell.tone)}${cell.text}</span>`
    case 'box':
      return html`<input type="checkbox" class="tick" aria-label="${cell.label}">`
    case 'qr':
      return qrPicture(cell)
    case 'blank':
      return html`<span class="blank"></span>`
    case 'again':
      return html`<button class="linklike" form="ask" name="${cell.name}" value="${cell.value}"
  aria-label="${cell.label}">${cell.text}</button>`
  }
}

function codeView(text: string): Safe {
  return html`<code${classed(numbers.test(text) ? 'nowrap' : '')}>${breakable(text)}</code>`
}

const gates = { allow: 'gate-open', deny: 'gate-closed', implicit: 'gate-none' } as const

function badgeGlyph(tone: Tone): Safe | false {
  return tone !== 'ink' && tone !== 'warn' && glyph(gates[tone], 'i i-sm')
}

/** A quota of nothing is full; the words beside the bar say how much of it is used. */
function barView({ used, most, label }: Extract<Cell, { kind: 'bar' }>): Safe {
  const words = texts.cell.of(used.toLocaleString('en-GB'), most.toLocaleString('en-GB'))
  return html`<span class="num">${words}</span>
<progress max="${Math.max(most, 1)}" value="${Math.min(used, Math.max(most, 1))}"
 aria-label="${label}: ${words}"></progress>`
}

function below(sub: string | undefined): Safe | undefined {
  return sub === undefined || sub === '' ? undefined : html`<span class="sub">${sub}</span>`
}

const widths = { always: '', desk: 'md', wide: 'lo' } as const

interface Rows {
  readonly rows: readonly (readonly Cell[])[]
  readonly values?: readonly string[] | undefined
}

/**
 * Puts columns that a narrow page leaves out under the first cell. `values`: of the rows, which can
 * be chosen for the form `choose`.
 */
export function rowsView(
  caption: string,
  heads: readonly Head[],
  { rows, values }: Rows,
  now: Date,
): Safe {
  const classOf = (at: number) => widths[heads[at]?.width ?? 'always']
  return html`<table class="tbl"><caption class="vh">${caption}</caption>
<thead><tr>${heads.map(
    (head, at) =>
      html`<th scope="col"${classed(classOf(at))}${sorted(head)}>${headView(head)}</th>`,
  )}</tr></thead>
<tbody>${rows.map((cells, i) =>
    rowView(cells, heads, now, { classOf, value: values?.[i] }),
  )}</tbody></table>`
}

function sorted({ sort }: Head): Safe | undefined {
  return sort?.direction && html` aria-sort="${sort.direction}"`
}

function headView({ head, sort }: Head): Safe {
  return sort ? html`<a class="sort" href="${sort.href}">${head}</a>` : html`${head}`
}

function rowView(
  [first, ...rest]: readonly Cell[],
  heads: readonly Head[],
  now: Date,
  { classOf, value }: { classOf: (at: number) => string; value: string | undefined },
): Safe {
  const narrow = rest.flatMap((cell, i) => {
    const { head, width = 'always' } = heads[i + 1] ?? { head: '' }
    return width === 'always'
      ? []
      : [html`<span class="sub">${head}: ${cellView(cell, now)}</span>`]
  })
  return html`
<tr><th scope="row">${value !== undefined && chooser(value)}${first && cellView(first, now)}${
    narrow.length > 0 && html`<span class="sm-only">${narrow}</span>`
  }</th>${rest.map(
    (cell, i) => html`<td${classed(classOf(i + 1))}>${cellView(cell, now)}</td>`,
  )}</tr>`
}

function chooser(value: string): Safe {
  return html`<input type="checkbox" class="choose" form="choose" name="selected" value="${value}"
 aria-label="${texts.choose(value)}"> `
}

function classed(name: string): Safe | undefined {
  return name === '' ? undefined : html` class="${name}"`
}
