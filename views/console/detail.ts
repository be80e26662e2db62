import type { DetailContent, Section } from '../../src/console/shown.ts'
import { breakableName, html, type Safe } from '../html.ts'
import { cellView, rowsView } from './cell.ts'
import type { Frame, Inside } from './frame.ts'
import { documentView } from './json.ts'
import { withheldView } from './refusals.ts'

/** Renders one thing: its parts on the left, its facts on the right. */
export function detailView(detail: DetailContent, { now }: Frame): Inside {
  const { title, says, badges = [], actions, main, aside } = detail
  const drawn = main.map((one, i) => sectionView(one, `m${i}`, now))
  const sections = html`<div class="stack-l">${drawn}</div>`
  return {
    title,
    body: html`<div class="head"><div><h1>${breakableName(title)}</h1>
${badges.length > 0 && html`<p class="row">${badges.map((one) => cellView(one, now))}</p>`}
${says !== undefined && html`<p class="says">${says}</p>`}</div>
${actions.length > 0 && html`<div class="actions">${actions.map(actionView)}</div>`}</div>
${
  aside.length === 0
    ? sections
    : html`<div class="cols">${sections}
<aside class="stack-l" aria-label="About ${title}">${aside.map((one, i) =>
        sectionView(one, `a${i}`, now),
      )}</aside></div>`
}`,
  }
}

function actionView({ text, href }: DetailContent['actions'][number]): Safe {
  return html`<a class="btn" href="${href}">${text}</a>`
}

function moreView(title: string, links: DetailContent['actions']): Safe {
  return html`<nav class="pager" aria-label="Pages of ${title}"><span></span>
${links.map(({ text, href }) => html`<a class="btn sm" href="${href}">${text}</a>`)}</nav>`
}

function sectionView(section: Section, id: string, now: Date): Safe {
  return html`<section class="sec" aria-labelledby="${id}">
<div class="sec-head"><h2 id="${id}">${section.title}</h2>
${section.note !== undefined && html`<span class="small muted">${section.note}</span>`}</div>
${partView(section, now)}</section>`
}

function partView(section: Section, now: Date): Safe {
  switch (section.kind) {
    case 'terms':
      return html`<dl class="dl ruled small">${section.terms.map(
        ([label, value]) => html`
<dt>${label}</dt><dd>${cellView(value, now)}</dd>`,
      )}</dl>`
    case 'document':
      return documentView(section.text, section.title)
    case 'rows':
      return html`${
        section.rows.length === 0
          ? html`<p class="muted">${section.empty}</p>`
          : rowsView(section.title, section.heads, section.rows, now)
      }${section.links && section.links.length > 0 && moreView(section.title, section.links)}`
    case 'withheld':
      return withheldView(section.denied)
  }
}
