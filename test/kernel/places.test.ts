import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoPlace, Places } from '../../src/kernel/places.ts'

/** Jobs that end when the test says so. */
function jobs(places: Places) {
  const started: number[] = []
  const ends: (() => void)[] = []
  return {
    started,
    begin: (id: number, signal?: AbortSignal) =>
      places.run(() => {
        started.push(id)
        const { promise, resolve } = Promise.withResolvers<void>()
        ends.push(resolve)
        return promise
      }, signal),
    end: async () => {
      ends.shift()!()
      await new Promise(setImmediate)
    },
  }
}

test('jobs beyond the places wait in order, and those beyond the line are refused', async () => {
  const { started, begin, end } = jobs(new Places({ atOnce: 2, waiting: 2 }))
  const running = [1, 2, 3, 4].map((id) => begin(id))
  await assert.rejects(begin(5), NoPlace)
  assert.deepEqual(started, [1, 2])
  await end()
  assert.deepEqual(started, [1, 2, 3])
  for (let i = 0; i < 3; i++) await end()
  await Promise.all(running)
  assert.deepEqual(started, [1, 2, 3, 4])
})

test('who leaves the line gives the turn to the next, and a job that fails its place', async () => {
  const places = new Places({ atOnce: 1, waiting: 5 })
  const { started, begin, end } = jobs(places)
  const gone = new AbortController()
  const first = begin(1)
  const second = begin(2, gone.signal)
  const third = begin(3)
  gone.abort(new Error('gone'))
  await assert.rejects(second, /gone/)
  await end()
  assert.deepEqual(started, [1, 3])
  await end()
  await Promise.all([first, third])
  await assert.rejects(
    places.run(() => Promise.reject(new Error('failed'))),
    /failed/,
  )
  assert.equal(await places.run(async () => 'free again'), 'free again')
})
