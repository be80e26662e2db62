import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roleKey, roleMemories } from '../../src/sign-in/role-memory.ts'
import { inMemory } from '../http/in-memory.ts'
import { standingClock } from '../http/standing-clock.ts'

const amina = { connector: 'staff', subject: 'uuid-1' }
const arn = (i: number) => `arn:aws:iam::111122223333:role/Role${i}`

function opened() {
  const clock = standingClock()
  return { clock, memories: roleMemories({ ephemeral: inMemory(clock), clock }) }
}

test('stars are a person’s own, in whatever way connector and subject are spelt', async () => {
  const { memories } = opened()
  await memories.star(amina, arn(1), true)
  assert.deepEqual((await memories.of(amina)).starred, [roleKey(arn(1))])
  for (const other of [
    { connector: 'plant', subject: 'uuid-1' },
    { connector: 'staff', subject: 'uuid-2' },
    { connector: 'staff","uuid-1', subject: '' },
  ])
    assert.deepEqual((await memories.of(other)).starred, [])
  await memories.star(amina, arn(1), false)
  assert.deepEqual((await memories.of(amina)).starred, [])
})

test('what is kept is bounded: the oldest stars and uses go', async () => {
  const { memories } = opened()
  for (let i = 0; i < 150; i++) await memories.star(amina, arn(i), true)
  for (let i = 0; i < 30; i++) await memories.used(amina, arn(i))
  const { starred, recent } = await memories.of(amina)
  assert.deepEqual([starred.length, starred.at(-1)], [100, roleKey(arn(149))])
  assert.deepEqual([recent.length, recent[0]?.role], [20, roleKey(arn(29))])
})

test('a role keeps the duration that was chosen for it until another one is', async () => {
  const { memories, clock } = opened()
  await memories.used(amina, arn(1), 14_400)
  clock.pass(60)
  await memories.used(amina, arn(1))
  const { recent } = await memories.of(amina)
  assert.deepEqual(recent, [
    { role: roleKey(arn(1)), at: clock.now().toISOString(), seconds: 14_400 },
  ])
})

test('a person who does not come back is forgotten', async () => {
  const { memories, clock } = opened()
  await memories.star(amina, arn(1), true)
  clock.pass(401 * 86_400)
  assert.deepEqual((await memories.of(amina)).starred, [])
})
