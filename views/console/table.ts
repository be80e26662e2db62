import type { FacetShown, FilterShown } from '../../src/console/filters-shown.ts'
import type { ListContent } from '../../src/console/shown.ts'
import { glyph } from '../glyph.ts'
import { breakable, html, type Safe } from '../html.ts'
import { problem } from '../message.ts'
import { rowsView } from './cell.ts'
import { actionsView } from './detail.ts'
import type { Frame, Inside } from './frame.ts'
import { words } from './words.ts'

function answer({ title, heads, rows, empty, order, choose }: ListContent, now: Date): Safe {
  return rows.length === 0
    ? html`<div class="empty">${glyph('search')}<p>${empty}</p></div>`
    : html`${rowsView(`${title}, ${order}`, heads, { rows, values: choose?.values }, now)}
${
  choose &&
  html`<form id="choose" action="${choose.to}"><button class="btn">${choose.button}</button>
</form>`
}`
}

/** Renders a list: filters, a page of rows, and the link to the next page. */
export function tableView(list: ListContent, { now, page }: Frame): Inside {
  const { title, says, actions, noun, filters, facets = [], note } = list
  const failed = filters.some(({ problem }) => problem !== undefined)
  const found = html`${!failed && answer(list, now)}
${pager(list, noun)}`
  return {
    title,
    failed,
    body: html`<div class="head"><div><h1>${title}</h1><p>${says}</p></div>
${actionsView(actions)}</div>
${failed && html`<div class="notice">${problem(words.list.unfit)}</div>`}
${filters.length > 0 && filterForm(page.path, list)}
${note !== undefined && html`<p class="small muted" role="note">${note}</p>`}
${
  facets.length > 0
    ? html`<div class="cols"><div>${found}</div>
<aside class="stack-l facets" aria-label="${words.facets}">${facets.map(facetView)}</aside></div>`
    : found
}`,
  }
}

/** One value a line: how often it occurs, and a link that filters by it. */
function facetView({ title, values }: FacetShown, at: number): Safe {
  return html`<section class="sec" aria-labelledby="facet-${at}">
<h2 id="facet-${at}">${title}</h2>
<ul class="plain">${values.map(
    ({ words: named, count, href, isChosen }) =>
      html`<li class="row"><a href="${href}"${
        isChosen && html` aria-current="true" aria-label="${words.unfilter(named)}"`
      }>${breakable(named)}</a>
<span class="num muted push">${count.toLocaleString('en-GB')}</span></li>`,
  )}</ul></section>`
}

function filterForm(path: string, { filters, kept }: ListContent): Safe {
  const more = filters.filter(({ isMore }) => isMore)
  const used = more.some(({ value, problem }) => value !== '' || problem !== undefined)
  return html`<form class="filter labelled" role="search" action="${path}">
${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${filters.filter(({ isMore }) => !isMore).map(filterField)}
<button class="btn">${words.list.apply}</button>
${
  more.length > 0 &&
  html`<details class="more"${used && html` open`}><summary>${words.moreFilters}</summary>
<div class="filter labelled">${more.map(filterField)}</div></details>`
}</form>`
}

function filterField(filter: FilterShown): Safe {
  const { name, label, value, limits, options, problem, isDay } = filter
  const id = `f-${name}`
  const told = problem !== undefined && html` aria-invalid="true" aria-describedby="${id}-e"`
  if (options)
    return html`<div class="field"><label for="${id}">${label}</label>
<select id="${id}" name="${name}"${told}>${optionsView(options, value)}</select>
${problem !== undefined && html`<p class="error" id="${id}-e">${problem}</p>`}</div>`
  return html`<div class="field"><label for="${id}">${label}</label>
<input type="${isDay ? 'date' : 'search'}" id="${id}" name="${name}" value="${value}"
  autocomplete="off" spellcheck="false"${
    limits.max !== undefined && html` maxlength="${limits.max}"`
  }${told}>
${problem !== undefined && html`<p class="error" id="${id}-e">${problem}</p>`}</div>`
}

function optionsView(options: NonNullable<FilterShown['options']>, chosen: string): Safe {
  return html`${options.map(
    ({ value, words }) =>
      html`<option value="${value}"${value === chosen && html` selected`}>${words}</option>`,
  )}`
}

function filesView(files: NonNullable<ListContent['files']>): Safe {
  return html`<span class="acts">${words.download}: ${files.map(
    ({ text, href }) => html`<a href="${href}" download>${text}</a>`,
  )}</span>`
}

function pager(
  { rows, cut = false, next, first, files = [] }: ListContent,
  noun: ListContent['noun'],
): Safe {
  const count = (many: number) =>
    `${many.toLocaleString('en-GB')} ${many === 1 ? noun.one : noun.many}`
  const told = cut ? words.list.cut(count(rows.length)) : words.list.on(count(rows.length))
  const nextWords = cut ? words.list.further : words.list.next
  return html`<nav class="pager" aria-label="${words.list.pages}"><span role="status">${
    (rows.length > 0 || cut) && told
  }</span>
${files.length > 0 && rows.length > 0 && filesView(files)}
${first !== undefined && html`<a class="btn sm" href="${first}">${words.list.first}</a>`}
${next !== undefined && html`<a class="btn sm" href="${next}" rel="next">${nextWords}</a>`}</nav>`
}
