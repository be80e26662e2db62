import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CheckOutcome } from '../../src/http/routes/health.ts'
import { pauseBeforeNext } from '../../src/workers/keep-workers.ts'
import { nodeReadiness } from '../../src/workers/readiness.ts'

const held = (name: string, remark?: string): CheckOutcome => ({
  ...{ name, required: true, ok: true, reason: undefined, remark },
})
const failed = (name: string, required: boolean): CheckOutcome => ({
  ...{ name, required, ok: false, reason: 'away', remark: undefined },
})
const told = (outcomes: readonly CheckOutcome[]) =>
  outcomes.map(({ name, ok, required, reason }) => [name, ok || required, reason])

test('a check holds for the node if it holds in each worker', () => {
  const outcomes = nodeReadiness([
    { number: 1, outcomes: [held('store'), failed('audit', false)] },
    { number: 2, outcomes: [failed('store', true), failed('audit', true)] },
  ])
  assert.deepEqual(told(outcomes), [
    ['workers', true, undefined],
    ['store', true, 'worker 2: away'],
    ['audit', true, 'worker 2: away'],
  ])
  assert.deepEqual(
    outcomes.map(({ ok }) => ok),
    [true, false, false],
  )
})

test('a worker that is away leaves the node degraded, all of them not ready', () => {
  const [one] = nodeReadiness([
    { number: 1, outcomes: [held('store', 'soon')] },
    { number: 2, outcomes: undefined },
  ])
  assert.deepEqual(one, {
    ...{ name: 'workers', required: false, ok: false },
    ...{ reason: 'no answer of worker 2', remark: undefined },
  })
  const none = nodeReadiness([1, 2].map((number) => ({ number, outcomes: undefined })))
  assert.deepEqual(told(none), [['workers', true, 'no answer of worker 1, 2']])
})

test('a worker that ends again and again is replaced ever later, at most after 30 s', () => {
  assert.deepEqual(
    [1, 2, 3, 9, 10, 40].map(pauseBeforeNext),
    [100, 200, 400, 25_600, 30_000, 30_000],
  )
})
