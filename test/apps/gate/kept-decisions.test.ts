import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keptDecisions } from '../../../src/apps/gate/kept-decisions.ts'

test('decisions that are over are dropped when the next is made', async () => {
  let now = 1_000_000
  const clock = { now: () => new Date(now) }
  const decisions = keptDecisions({ clock, recheckSeconds: 60 }, async () => ({
    result: 'refused',
    reason: 'not for this person',
  }))
  for (let visitor = 0; visitor < 100; visitor++) await decisions.of(`c${visitor}`, 'wiki.test')
  assert.equal(decisions.size, 100)
  now += 60_000
  await decisions.of('another', 'wiki.test')
  assert.equal(decisions.size, 1)
})
