import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { followChanges } from '../../src/client/follow-changes.ts'

const orders = { Version: '2026-11-29', Service: 'orders' }

test('whoever is answered at once, by nothing new or by failures, asks in no loop', async () => {
  for (const answer of [async () => ({ Revision: 'r.1' }), () => Promise.reject(new Error('no'))]) {
    let asked = 0
    const changes = async () => {
      asked++
      await setImmediate()
      return answer()
    }
    using followed = followChanges({ changes }, orders, () => undefined)
    for (let turn = 0; turn < 200; turn++) await setImmediate()
    assert.ok(asked <= 2, `asked ${asked} times`)
    assert.equal(followed.revision(), asked === 2 ? 'r.1' : undefined)
  }
})
