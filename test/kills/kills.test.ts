import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killAgainAndAgain } from './kills.ts'

// `npm run kills` has the long form. The seed is of a kill after many writes.
test('after a kill under load the store and the trail hold what was acknowledged', async () => {
  const found = await killAgainAndAgain({ count: 1, seed: 6 })
  const { kills, acknowledged, toldTwice, findings } = found
  assert.deepEqual(findings, [])
  assert.deepEqual([kills, toldTwice], [1, 0])
  assert.ok(acknowledged > 30, `${acknowledged} writes`)
})
