import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomFrom } from '../kills/random.ts'
import { createHistories, type UserAnswer, userModel } from './users.ts'

/**
 * Does sixty calls to each of some users, one after the other, and loses the answer to most of
 * them: those are done at once, late, or never. Returns the names of those that no order explains.
 */
function wrongOf(seed: number, lie: (answer: UserAnswer, at: number) => UserAnswer) {
  const random = randomFrom(seed)
  const wrong: string[] = []
  const histories = createHistories((name) => void wrong.push(name))
  const states = new Map<string, string | undefined>()
  for (let at = 0; at < 600; at++) {
    const { history, call } = histories.next(random)
    const isLost = random.below(10) < 7
    const isDone = !isLost || random.below(2) === 0
    const { state, answer } = userModel.step(states.get(history.name), call)
    if (isDone) states.set(history.name, state)
    const until = isLost ? Number.POSITIVE_INFINITY : at + 0.5
    const told = isLost ? undefined : lie(answer, at)
    histories.add(history, { call, answer: told, from: at, until })
  }
  histories.finish()
  return wrong
}

test('what most answers were lost of is decided', () => {
  for (let seed = 1; seed <= 20; seed++)
    assert.deepEqual(
      wrongOf(seed, (answer) => answer),
      [],
    )
  const lies = wrongOf(1, (answer, at) => (at > 300 && answer.startsWith('=v') ? '=v0' : answer))
  assert.notDeepEqual(lies, [])
})
