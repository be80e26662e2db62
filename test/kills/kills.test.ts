import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killAgainAndAgain } from './kills.ts'

// `npm run kills` has the long form. The seed is of a kill after many writes.
test('after a kill under load the store and the trail hold what was acknowledged', async () => {
  const { kills, acknowledged, findings } = await killAgainAndAgain({ count: 1, seed: 6 })
  assert.deepEqual(findings, [])
  assert.equal(kills, 1)
  assert.ok(acknowledged > 30, `${acknowledged} writes`)
})
