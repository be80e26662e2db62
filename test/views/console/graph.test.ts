import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { GraphShown } from '../../../src/console/explained.ts'
import { cutInTheMiddle, widthOf } from '../../../views/console/cut-in-the-middle.ts'
import { graphView } from '../../../views/console/graph.ts'

const long = 'very-long-name-of-a-role-that-somebody-has-taken-64-letters-for'

function drawn(...names: readonly string[]) {
  const nodes: GraphShown['nodes'] = names.map((name) => ({
    ...{ id: name, name, sub: 'Role', look: 'plain' },
  }))
  const graph = { nodes, edges: [] }
  const { text } = graphView({ kind: 'graph', title: 'Who', graph, words: names })
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found ?? '')
  return {
    widths: all(/<rect [^>]*width="(\d+)"/g).map(Number),
    names: all(/<text x[^>]*>([^<]*)</g),
    titles: all(/<title>([^<]*)</g),
  }
}

test('the boxes of a column are as wide as the longest name asks for', () => {
  assert.deepEqual(drawn('First', 'Second').widths, [168, 168])
  const { widths, names } = drawn('First', 'PhotoArchiveUploader')
  assert.ok(widths[0]! > 168 && widths[0]! < 232 && widths[0] === widths[1], String(widths))
  assert.deepEqual(names, ['First', 'PhotoArchiveUploader'])
})

test('a name of 64 letters is cut in the middle, and its title is whole', () => {
  const { widths, names, titles } = drawn(long)
  assert.deepEqual(widths, [232])
  assert.match(names[0]!, /^very-long-.*….*letters-for$/)
  assert.deepEqual(titles, [long])
  assert.deepEqual(drawn('<i>').titles, ['&lt;i&gt;'])
})

test('what was cut is never wider than its room, in any script', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc.string({ unit: fc.constantFrom('W', 'm', '%', 'i'), maxLength: 90 }),
  )
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 30 }), (whole, ems) => {
      const cut = cutInTheMiddle(whole, ems)
      assert.ok(widthOf(cut) <= ems)
      if (cut === whole) return
      const [head = '', tail = ''] = cut.split('…')
      assert.ok(whole.includes('…') || (whole.startsWith(head) && whole.endsWith(tail)))
    }),
  )
})

test('a line to the next column is straight, and all go from side to side', () => {
  const nodes: GraphShown['nodes'] = ['far', 'one', 'two', 'here', 'near'].map((id) => ({
    ...{ id, name: id, sub: 'Role', look: 'plain' },
  }))
  const edges = [
    ['far', 'two'],
    ['one', 'two'],
    ['here', 'one'],
    ['one', 'near'],
    ['near', 'near'],
    ['two', 'here'],
  ].map(([from = '', to = '']) => ({ from, to, depends: false }))
  const { text } = graphView({ kind: 'graph', title: 'Who', graph: { nodes, edges }, words: [] })
  const boxes = [...text.matchAll(/<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/g)].map(
    ([, ...found]) => found.map(Number) as [number, number, number, number],
  )
  const lines = [...text.matchAll(/ d="M([^"]+)"/g)].map(([, found = '']) =>
    found.split('L').map((point) => point.split(' ').map(Number)),
  )
  const sides = new Set(
    boxes.flatMap(([x, y, w, h]) => [`${x} ${y + h / 2}`, `${x + w} ${y + h / 2}`]),
  )
  const straight: number[] = []
  for (const [i, line] of lines.entries()) {
    if (edges[i]!.from === edges[i]!.to) continue
    for (const end of [line[0]!, line.at(-1)!]) assert.ok(sides.has(end.join(' ')), `${line}`)
    const isNext = line.at(-1)![0]! - line[0]![0]! === 40
    if (isNext) straight.push(line.length)
  }
  assert.deepEqual(new Set(straight), new Set([2]))
})
