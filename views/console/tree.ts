import type { TreeNode } from '../../src/console/shown.ts'
import { breakable, html, type Safe } from '../html.ts'
import { cellView } from './cell.ts'

/** What came from what: a list in which each item holds the list of what came from it. */
export function treeView(nodes: readonly TreeNode[], now: Date): Safe {
  return html`<ul class="tree">${nodes.map((one) => nodeView(one, now))}</ul>`
}

function nodeView({ title, badges, facts, acts, nodes }: TreeNode, now: Date): Safe {
  return html`<li><div class="row"><b>${breakable(title)}</b>
${badges.map((one) => cellView(one, now))}${
  acts.length > 0 &&
  html`<span class="acts small push">${acts.map(
    ({ text, href }) => html`<a href="${href}">${text}<span class="vh"> ${title}</span></a>`,
  )}</span>`
}</div>
<dl class="facts small">${facts.map(
    ([label, value]) => html`<div><dt>${label}</dt> <dd>${cellView(value, now)}</dd></div>`,
  )}</dl>${nodes.length > 0 && treeView(nodes, now)}</li>`
}
