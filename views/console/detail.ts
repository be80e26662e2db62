import { words } from '../../src/console/policies/words.ts'
import type { DetailContent, Section } from '../../src/console/shown.ts'
import { breakableName, html, type Safe } from '../html.ts'
import { cellView, rowsView } from './cell.ts'
import type { Frame, Inside } from './frame.ts'
import { graphView } from './graph.ts'
import { documentView } from './json.ts'
import { withheldView } from './refusals.ts'
import { roadView } from './road.ts'
import { decisionView, traceView } from './trace.ts'
import { treeView } from './tree.ts'
import { words as texts } from './words.ts'

/** Renders one thing: its parts on the left, its facts on the right. */
export function detailView(detail: DetailContent, { now }: Frame): Inside {
  const { title, says, badges = [], actions, main, aside, again, print } = detail
  const drawn = main.map((one, i) => sectionView(one, `m${i}`, now))
  const sections = html`<div class="stack-l">${drawn}</div>`
  return {
    title,
    again,
    body: html`<div class="head"><div><h1>${breakableName(title)}</h1>
${badges.length > 0 && html`<p class="row">${badges.map((one) => cellView(one, now))}</p>`}
${says !== undefined && html`<p class="says">${says}</p>`}</div>
${actionsView(actions)}${print && printView()}</div>
${
  aside.length === 0
    ? sections
    : html`<div class="cols">${sections}
<aside class="stack-l" aria-label="${texts.detail.about(title)}">${aside.map((one, i) =>
        sectionView(one, `a${i}`, now),
      )}</aside></div>`
}`,
  }
}

/** The browser prints without it as well. */
function printView(): Safe {
  return html`<div class="actions"><button type="button" class="btn js" data-print>${
    texts.print
  }</button></div>`
}

/** Links to what can be done with the thing that a page shows. */
export function actionsView(actions: DetailContent['actions']): Safe | undefined {
  if (actions.length === 0) return undefined
  const links = actions.map(({ text, href }) => html`<a class="btn" href="${href}">${text}</a>`)
  return html`<div class="actions">${links}</div>`
}

function actsView(acts: DetailContent['actions']): Safe {
  return html`<span class="acts small">${acts.map(
    ({ text, href }) => html`<a href="${href}">${text}</a>`,
  )}</span>`
}

function moreView(title: string, links: DetailContent['actions']): Safe {
  return html`<nav class="pager" aria-label="${texts.detail.pagesOf(title)}"><span></span>
${links.map(({ text, href }) => html`<a class="btn sm" href="${href}">${text}</a>`)}</nav>`
}

/** Renders a part of a page under its title; `id` is the title's. */
export function sectionView(section: Section, id: string, now: Date): Safe {
  if (section.kind === 'decision') return decisionView(section)
  return html`<section class="sec" aria-labelledby="${id}">
<div class="sec-head"><h2 id="${id}">${section.title}</h2>
${section.note !== undefined && html`<span class="small muted">${section.note}</span>`}
${section.acts && section.acts.length > 0 && actsView(section.acts)}</div>
${partView(section, now)}</section>`
}

const signs = { same: ' ', added: '+', removed: '-', gap: ' ' } as const

/** Lines say by a sign what became of them, so that colour is not needed. */
function diffView({ lines, empty, title }: Extract<Section, { kind: 'diff' }>): Safe {
  if (lines.length === 0) return html`<p class="muted">${empty}</p>`
  const drawn = lines.map(({ kind, text }) => {
    const line = html`${signs[kind]} ${text}`
    if (kind === 'added') return html`<ins>${line}</ins>`
    return kind === 'removed' ? html`<del>${line}</del>` : html`<span>${line}</span>`
  })
  const label = words.review.lines(title)
  return html`<div class="diff" tabindex="0" role="region" aria-label="${label}">${drawn}</div>`
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
          : rowsView(section.title, section.heads, section, now)
      }${section.links && section.links.length > 0 && moreView(section.title, section.links)}`
    case 'diff':
      return diffView(section)
    case 'decision':
      return decisionView(section)
    case 'graph':
      return graphView(section)
    case 'road':
      return roadView(section.stations, now)
    case 'trace':
      return traceView(section.layers)
    case 'tree':
      return section.nodes.length === 0
        ? html`<p class="muted">${section.empty}</p>`
        : treeView(section.nodes, now)
    case 'withheld':
      return withheldView(section.denied)
  }
}
