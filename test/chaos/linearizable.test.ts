import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLinearizable, type Model, type Operation } from './linearizable.ts'

type Call = number | 'read'
type Answer = number | 'done'
const register: Model<number, Call, Answer> = {
  begins: 0,
  step: (state, call) =>
    call === 'read' ? { state, answer: state } : { state: call, answer: 'done' },
  onlyReads: (call) => call === 'read',
  keyOf: String,
}
/** `[call, answer, from, until]` */
type Row = readonly [Call, Answer | undefined, number, number]
const holds = (...rows: readonly Row[]) =>
  isLinearizable(
    rows.map(
      ([call, answer, from, until]): Operation<Call, Answer> => ({
        ...{ call, answer, from, until },
      }),
    ),
    register,
  )
const never = Number.POSITIVE_INFINITY

test('what comes one after the other is read in that order', () => {
  assert.ok(holds([1, 'done', 0, 1], ['read', 1, 2, 3], [2, 'done', 4, 5], ['read', 2, 6, 7]))
  assert.ok(!holds([1, 'done', 0, 1], ['read', 0, 2, 3]), 'an old value after the write')
  assert.ok(!holds(['read', 1, 0, 1], [1, 'done', 2, 3]), 'a value before its write')
  assert.ok(!holds(['read', 7, 0, 1]), 'a value that nobody wrote')
})

test('what comes at once has any order, but one for all', () => {
  assert.ok(holds([1, 'done', 0, 9], ['read', 0, 1, 2], ['read', 1, 3, 4]))
  assert.ok(!holds([1, 'done', 0, 9], ['read', 1, 1, 2], ['read', 0, 3, 4]), 'back again')
  const two = [
    [1, 'done', 0, 9],
    [2, 'done', 0, 9],
  ] as const
  assert.ok(holds(...two, ['read', 2, 1, 3], ['read', 1, 4, 6]))
  assert.ok(!holds(...two, ['read', 2, 1, 3], ['read', 1, 4, 6], ['read', 2, 7, 8]))
})

test('a call without an answer was done once, late, or never', () => {
  const lost = [1, undefined, 0, never] as const
  assert.ok(holds(lost, ['read', 0, 1, 2], ['read', 0, 3, 4]), 'never')
  assert.ok(holds(lost, ['read', 0, 1, 2], ['read', 1, 8, 9]), 'late')
  assert.ok(!holds(lost, ['read', 1, 1, 2], ['read', 0, 3, 4]), 'done and undone')
  const overwritten = [2, 'done', 3, 4] as const
  assert.ok(
    !holds(lost, ['read', 1, 1, 2], overwritten, ['read', 2, 5, 6], ['read', 1, 7, 8]),
    'done twice',
  )
})

test('long histories of many clients at once are decided', () => {
  const rows: Row[] = []
  for (let at = 0; at < 100; at++)
    rows.push([at, 'done', at * 10, at * 10 + 12], ['read', at, at * 10 + 3, at * 10 + 14])
  assert.ok(holds(...rows))
  const [call, , from, until] = rows[151]!
  rows[151] = [call, 3, from, until]
  assert.ok(!holds(...rows))
})

/** Tries every order of every choice of those without an answer. */
function anyOrderHolds(rows: readonly Row[], state = 0, now = 0): boolean {
  if (rows.every(([, answer]) => answer === undefined)) return true
  return rows.some(([call, answer, from, until], at) => {
    const next = register.step(state, call)
    if (answer !== undefined && answer !== next.answer) return false
    const begins = Math.max(now, from)
    return begins <= until && anyOrderHolds(rows.toSpliced(at, 1), next.state, begins)
  })
}

test('it decides as trying every order does', () => {
  const time = fc.integer({ min: 0, max: 12 })
  const value = fc.integer({ min: 0, max: 2 })
  const call = fc.oneof(value, fc.constant<Call>('read'))
  const row = fc
    .tuple(call, fc.boolean(), value, time, time)
    .map(([does, isLost, read, a, b]): Row => {
      const answer = does === 'read' ? read : 'done'
      return isLost ? [does, undefined, a, never] : [does, answer, Math.min(a, b), Math.max(a, b)]
    })
  const rows = fc.array(row, { maxLength: 6 })
  fc.assert(fc.property(rows, (some) => assert.equal(holds(...some), anyOrderHolds(some))))
})
