import { Graph, layout } from '@dagrejs/dagre'
import type { GraphShown } from '../../src/console/explained.ts'
import type { Section } from '../../src/console/shown.ts'
import { html, type Safe } from '../html.ts'
import { words } from './words.ts'

/** Of a node, in pixels. */
const width = 168
const height = 46
const margin = 8
/** Letters that fit into a node. */
const mostLetters = 20

/**
 * Draws who takes which role, from left to right. The picture is for those who see it; the words
 * below it say the same to everybody.
 */
export function graphView({
  graph,
  words: lines,
  title,
}: Extract<Section, { kind: 'graph' }>): Safe {
  const picture = pictureOf(graph)
  const label = words.drawn(title)
  return html`<div class="graph" tabindex="0" role="region" aria-label="${label}">${picture}</div>
<ul class="small muted mt">${lines.map((line) => html`<li>${line}</li>`)}</ul>`
}

function pictureOf({ nodes, edges }: GraphShown): Safe {
  const drawn = new Graph()
  drawn.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 40, marginx: margin, marginy: margin })
  drawn.setDefaultEdgeLabel(() => ({}))
  for (const { id } of nodes) drawn.setNode(id, { width, height })
  for (const { from, to } of edges) drawn.setEdge(from, to)
  layout(drawn)
  const { width: wide = 0, height: high = 0 } = drawn.graph()
  const size = html`width="${Math.ceil(wide)}" height="${Math.ceil(high)}"`
  return html`<svg ${size} viewBox="0 0 ${Math.ceil(wide)} ${Math.ceil(high)}" aria-hidden="true">
${edges.map((edge) => {
  const { points = [] } = drawn.edge(edge.from, edge.to)
  const looks = [edge.depends && 'no', edge.crosses && 'cross'].filter((look) => look)
  const looked = looks.length > 0 && html` class="${looks.join(' ')}"`
  return html`<path${looked} d="${lineOf(points)}"/>`
})}
${nodes.map((node) => {
  const { x, y } = drawn.node(node.id) as { readonly x: number; readonly y: number }
  return nodeView(node, Math.round(x - width / 2), Math.round(y - height / 2))
})}</svg>`
}

function lineOf(points: readonly { readonly x: number; readonly y: number }[]): string {
  const steps = points.map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`)
  return `M${steps.join('L')}`
}

function nodeView({ name, sub, look }: GraphShown['nodes'][number], x: number, y: number): Safe {
  const place = html`x="${x}" y="${y}" width="${width}" height="${height}"`
  return html`<g class="${look}"><rect ${place} rx="6"/>
<text x="${x + 10}" y="${y + 20}">${short(name)}</text>
<text class="sub" x="${x + 10}" y="${y + 36}">${short(sub)}</text></g>`
}

function short(text: string): string {
  return text.length <= mostLetters ? text : `${text.slice(0, mostLetters - 1)}…`
}
