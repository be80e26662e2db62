import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statementPlaces } from '../../src/policy/index.ts'

const statement = { Effect: 'Allow', Action: '*', Resource: '*' }
const at = (line: number, column: number) => ({ line, column })

test('a statement starts after what stands before it, and ends after its brace', () => {
  const policy = { Version: '2012-10-17', Statement: [statement] }
  // AdministratorAccess as the service keeps it, and what its simulator says of it.
  assert.deepEqual(statementPlaces(JSON.stringify(policy, null, 2)), [
    { start: at(3, 17), end: at(8, 6) },
  ])
  const compact = JSON.stringify(policy)
  assert.deepEqual(statementPlaces(compact), [{ start: at(1, 38), end: at(1, compact.length - 1) }])
})

test('each of several, and one without a list, in every kind of line', () => {
  const two = '{"Statement":[\r\n{"Sid":"}"},\r{"Sid":"a"}\n,\t{}]}'
  assert.deepEqual(statementPlaces(two), [
    { start: at(1, 15), end: at(2, 12) },
    { start: at(2, 13), end: at(3, 12) },
    { start: at(4, 2), end: at(4, 5) },
  ])
  assert.deepEqual(statementPlaces('{"Statement": {}}'), [{ start: at(1, 14), end: at(1, 17) }])
})

test('a text that is no policy has no statements', () => {
  for (const text of ['', 'x', '[]', '{}', '{"Statement":"x"}', '{"Statement":[1,"{}"]}'])
    assert.deepEqual(statementPlaces(text), [], text)
})

test('each of thousands of statements is found on its line', () => {
  const text = JSON.stringify({ Statement: Array(3000).fill({ Sid: 'a' }) }, null, 1)
  const places = statementPlaces(text)
  assert.equal(places.length, 3000)
  assert.deepEqual(places.at(-1)!.end, at(2 + 3000 * 3, 4))
})
