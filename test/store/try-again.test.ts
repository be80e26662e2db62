import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreFault } from '../../src/store/store-fault.ts'
import { tryAgain } from '../../src/store/try-again.ts'

test('what the store can not do now is tried again, and nothing else', async () => {
  const failing = (times: number, error: Error) => {
    let tries = 0
    return async () => {
      if (++tries <= times) throw error
      return tries
    }
  }
  const busy = new StoreFault('busy', 'canceling statement due to lock timeout')
  assert.equal(await tryAgain(failing(2, busy), { forMs: 60_000, pauseMs: 1 }), 3)
  await assert.rejects(tryAgain(failing(1, busy), { forMs: 0, pauseMs: 1 }), busy)
  const wrong = new Error('the alias is taken')
  await assert.rejects(tryAgain(failing(1, wrong), { forMs: 60_000, pauseMs: 1 }), wrong)
})
