import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LayeredContext } from '../../src/aws/layered-context.ts'

const entries = fc.array(fc.tuple(fc.constantFrom<string>('a', 'b', 'c', 'd'), fc.array(fc.string(), { maxLength: 2 })))

test('it reads like a copy of what is below with its own over it', () => {
  fc.assert(fc.property(entries, entries, (below, own) => {
    const base = new Map(below)
    const layered = new LayeredContext(base)
    const copy = new Map(base)
    for (const [key, values] of own) {
      layered.set(key, values)
      copy.set(key, values)
    }
    assert.deepEqual([...layered], [...copy])
    assert.deepEqual([[...layered.keys()], [...layered.values()], layered.size], [[...copy.keys()], [...copy.values()], copy.size])
    for (const key of ['a', 'b', 'c', 'd', 'e']) assert.deepEqual([layered.has(key), layered.get(key)], [copy.has(key), copy.get(key)])
    const seen: [string, readonly string[]][] = []
    layered.forEach((values, key) => { seen.push([key, values]) })
    assert.deepEqual(seen, [...copy])
    assert.deepEqual([...base], [...new Map(below)], 'what is below stays as it was')
  }))
})
