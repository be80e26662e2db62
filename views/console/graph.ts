import { Graph, layout } from '@dagrejs/dagre'
import type { GraphShown } from '../../src/console/explained.ts'
import type { Section } from '../../src/console/shown.ts'
import { html, type Safe } from '../html.ts'
import { cutInTheMiddle, widthOf } from './cut-in-the-middle.ts'
import { words } from './words.ts'

/** Of a node, in pixels. It is as wide as its name asks for, between these two. */
const leastWidth = 168
const mostWidth = 232
const height = 46
const margin = 8
/** Between the edge of a node and its text. */
const padding = 10
/** Of the text, as the stylesheet has it. */
const [nameSize, subSize] = [13, 11]

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
  for (const { id, name } of nodes) drawn.setNode(id, { width: widthFor(name), height })
  for (const { from, to } of edges) drawn.setEdge(from, to)
  layout(drawn)
  const { width: wide = 0, height: high = 0 } = drawn.graph()
  const boxes = boxesOf(drawn)
  const size = html`width="${Math.ceil(wide)}" height="${Math.ceil(high)}"`
  return html`<svg ${size} viewBox="0 0 ${Math.ceil(wide)} ${Math.ceil(high)}" aria-hidden="true">
${edges.map((edge) => {
  const line = lineOf(drawn.edge(edge.from, edge.to).points ?? [], {
    from: boxes.get(edge.from)!,
    to: boxes.get(edge.to)!,
  })
  const looks = [edge.depends && 'no', edge.crosses && 'cross'].filter((look) => look)
  const looked = looks.length > 0 && html` class="${looks.join(' ')}"`
  return html`<path${looked} d="${line}"/>`
})}
${nodes.map((node) => nodeView(node, boxes.get(node.id)!))}</svg>`
}

function widthFor(name: string): number {
  const asked = Math.ceil(widthOf(name) * nameSize) + 2 * padding
  return Math.min(mostWidth, Math.max(leastWidth, asked))
}

interface Point {
  readonly x: number
  readonly y: number
}
interface Box extends Point {
  readonly width: number
}

/** The boxes of a column are as wide as the widest of them. */
function boxesOf(drawn: Graph): ReadonlyMap<string, Box> {
  const ids: readonly string[] = drawn.nodes()
  const nodes = ids.map((id) => ({ id, ...(drawn.node(id) as Box) }))
  const columns = new Map<number, number>()
  for (const { x, width } of nodes) columns.set(x, Math.max(columns.get(x) ?? 0, width))
  return new Map(
    nodes.map(({ id, x, y }) => {
      const width = columns.get(x) ?? leastWidth
      return [id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2), width }]
    }),
  )
}

/**
 * From the side of a box to the side of another. To the next column it is straight: the way of the
 * layout leads behind boxes where it enters one from above or below.
 */
function lineOf(
  points: readonly Point[],
  { from, to }: { readonly from: Box; readonly to: Box },
): string {
  const between = points.slice(1, -1)
  const sideOf = ({ x, y, width }: Box, isRight: boolean): Point => ({
    x: isRight ? x + width : x,
    y: y + height / 2,
  })
  const forward = from.x < to.x
  const way =
    from === to
      ? points
      : [
          sideOf(from, forward),
          ...(forward && between.length === 1 ? [] : between),
          sideOf(to, !forward),
        ]
  return `M${way.map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`).join('L')}`
}

/** The title is what a pointer that rests on the node is told. */
function nodeView(node: GraphShown['nodes'][number], at: Box): Safe {
  const { name, whole = name, sub, look } = node
  const { x, y, width } = at
  const line = x + padding
  const fitting = (text: string, size: number) => cutInTheMiddle(text, (width - 2 * padding) / size)
  return html`<g class="${look}"><title>${whole}</title>
<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>
<text x="${line}" y="${y + 20}">${fitting(name, nameSize)}</text>
<text class="sub" x="${line}" y="${y + 36}">${fitting(sub, subSize)}</text></g>`
}
