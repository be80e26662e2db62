import assert from 'node:assert/strict'
import { test } from 'node:test'
import { growthOf } from './soak.ts'

const samples = (mib: (at: number) => number, descriptors: (at: number) => number) =>
  Array.from({ length: 40 }, (_, at) => ({
    ...{ node: 'node-1', residentMib: mib(at), descriptors: descriptors(at) },
  }))

test('what goes up and down is flat, and what fills at the beginning', () => {
  assert.deepEqual(
    growthOf(
      samples(
        (at) => (at < 8 ? 150 + at * 10 : 230 + (at % 7) * 4),
        (at) => 40 + (at % 9),
      ),
    ),
    [],
  )
})

test('what grows all the time is told', () => {
  assert.deepEqual(
    growthOf(
      samples(
        (at) => 200 + at * 2,
        (at) => 40 + at,
      ),
    ),
    ['node-1 grew from 229 to 269 MiB', 'node-1 had 54.5 descriptors open, then 74.5'],
  )
  assert.deepEqual(growthOf([]), [])
})
