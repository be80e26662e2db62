import type { FilterShown, ListContent } from '../../src/console/shown.ts'
import { glyph } from '../glyph.ts'
import { html, type Safe } from '../html.ts'
import { problem } from '../message.ts'
import { rowsView } from './cell.ts'
import { actionsView } from './detail.ts'
import type { Frame, Inside } from './frame.ts'
import { words } from './words.ts'

function answer({ title, heads, rows, empty, order }: ListContent, now: Date): Safe {
  return rows.length === 0
    ? html`<div class="empty">${glyph('search')}<p>${empty}</p></div>`
    : rowsView(`${title}, ${order}`, heads, rows, now)
}

/** Renders a list: filters, a page of rows, and the link to the next page. */
export function tableView(list: ListContent, { now, page }: Frame): Inside {
  const { title, says, actions, noun, filters } = list
  const failed = filters.some(({ problem }) => problem !== undefined)
  return {
    title,
    failed,
    body: html`<div class="head"><div><h1>${title}</h1><p>${says}</p></div>
${actionsView(actions)}</div>
${failed && html`<div class="notice">${problem(words.list.unfit)}</div>`}
${filters.length > 0 && filterForm(page.path, list)}
${!failed && answer(list, now)}
${pager(list, noun)}`,
  }
}

function filterForm(path: string, { filters, kept }: ListContent): Safe {
  return html`<form class="filter labelled" role="search" action="${path}">
${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${filters.map(filterField)}
<button class="btn">${words.list.apply}</button></form>`
}

function filterField({ name, label, value, limits, options, problem }: FilterShown): Safe {
  const id = `f-${name}`
  const told = problem !== undefined && html` aria-invalid="true" aria-describedby="${id}-e"`
  if (options)
    return html`<div class="field"><label for="${id}">${label}</label>
<select id="${id}" name="${name}"${told}>${optionsView(options, value)}</select>
${problem !== undefined && html`<p class="error" id="${id}-e">${problem}</p>`}</div>`
  return html`<div class="field"><label for="${id}">${label}</label>
<input type="search" id="${id}" name="${name}" value="${value}" autocomplete="off"
  spellcheck="false"${limits.max !== undefined && html` maxlength="${limits.max}"`}${told}>
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
