import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as endOfTurn } from 'node:timers/promises'
import { Turns } from '../../src/http/turns.ts'

/**
 * `together` calls in each of `turns` turns of the event loop: how many of the last turn's had to
 * wait.
 */
async function waits(turns: Turns, together: number, turnsOfLoop: number): Promise<number> {
  let waited = 0
  for (let turn = 0; turn < turnsOfLoop; turn++) {
    const arrivals = Array.from({ length: together }, () => turns.arrival())
    waited = arrivals.filter((arrival) => arrival !== undefined).length
    await Promise.all(arrivals)
    await endOfTurn()
  }
  return waited
}

describe('Turns', () => {
  it('lets calls that come alone go on at once', async () => {
    const turns = new Turns()
    let waited = 0
    for (let turn = 0; turn < 1700; turn++) waited += await waits(turns, 1, 1)
    assert.equal(waited, 100)
    assert.equal(turns.departure(), undefined)
  })

  it('gathers calls that come together, and lets their answers leave together', async () => {
    const turns = new Turns()
    assert.equal(await waits(turns, 8, 100), 8)
    const first = turns.departure()
    assert.ok(first)
    assert.equal(turns.departure(), first)
    await first
    assert.notEqual(turns.departure(), first)
  })

  it('goes on with all calls of a turn before it lets any answer of them leave', async () => {
    const turns = new Turns()
    await waits(turns, 8, 100)
    const stages: string[] = []
    const call = async () => {
      await turns.arrival()
      stages.push('work')
      await turns.departure()
      stages.push('answer')
    }
    await Promise.all([call(), call(), call()])
    assert.deepEqual(stages, ['work', 'work', 'work', 'answer', 'answer', 'answer'])
  })

  it('no longer waits when calls come alone again', async () => {
    const turns = new Turns()
    await waits(turns, 8, 100)
    assert.equal(await waits(turns, 1, 1), 1)
    await waits(turns, 1, 100)
    assert.equal(turns.departure(), undefined)
  })
})
