import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SignInFault } from '../../src/kernel/sign-in-fault.ts'
import { limitTries } from '../../src/sign-in/tries.ts'
import { inMemory } from '../http/house.ts'

const clock = { now: () => new Date(0) }
const limits = { perName: { count: 100, windowSeconds: 60 }, perAddress: { count: 2, windowSeconds: 60 } }

test('spellings of a name share one count', async () => {
  const tries = limitTries(inMemory(clock), { perName: { count: 4, windowSeconds: 60 }, perAddress: { count: 100, windowSeconds: 60 } })
  for (const name of ['Amina', 'AMINA', ' amina\t', 'ａｍｉｎａ']) await tries.begin('staff', name, '192.0.2.1')
  await assert.rejects(tries.begin('staff', 'amina', '192.0.2.1'), { code: 'too-many-tries' })
})

test('addresses of one IPv6 network share a count, IPv4 ones do not, however they are written', async () => {
  const sharing: readonly (readonly [string, string, boolean])[] = [
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', true], ['2001:db8:1:2::1', '2001:0DB8:0001:0002::9', true], ['::1', '0:0:0:0:0:0:0:1', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false], ['192.0.2.1', '192.0.2.2', false], ['::ffff:192.0.2.1', '192.0.2.1', true],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2', false], ['fe80::1%eth0', 'fe80::2%eth0', true],
  ]
  for (const [one, other, shared] of sharing) {
    const tries = limitTries(inMemory(clock), limits)
    await tries.begin('staff', 'a', one)
    await tries.begin('staff', 'b', one)
    const stopped = await tries.begin('staff', 'c', other).then(() => false, (error) => error instanceof SignInFault && error.code === 'too-many-tries')
    assert.equal(stopped, shared, `${one} and ${other}`)
  }
})

test('one name on two connectors is two people', async () => {
  const tries = limitTries(inMemory(clock), { perName: { count: 1, windowSeconds: 60 }, perAddress: { count: 100, windowSeconds: 60 } })
  await tries.begin('staff', 'amina', '192.0.2.1')
  await tries.begin('partners', 'amina', '192.0.2.1')
  await assert.rejects(tries.begin('staff', 'amina', '192.0.2.1'), { code: 'too-many-tries' })
})

test('who guesses from one address locks nobody out elsewhere, and all addresses together have an end', async () => {
  const tries = limitTries(inMemory(clock), { perName: { count: 2, windowSeconds: 60 }, perAddress: { count: 1000, windowSeconds: 60 } })
  for (let i = 0; i < 2; i++) await tries.begin('staff', 'amina', '192.0.2.1')
  await assert.rejects(tries.begin('staff', 'amina', '192.0.2.1'), { code: 'too-many-tries' })
  await tries.begin('staff', 'amina', '192.0.2.2')
  for (let i = 3; i < 20; i++) await tries.begin('staff', 'amina', `192.0.2.${i}`)
  await assert.rejects(tries.begin('staff', 'amina', '198.51.100.1'), { code: 'too-many-tries' })
})

test('accents and characters that nobody sees make no new count', async () => {
  const tries = limitTries(inMemory(clock), { perName: { count: 1, windowSeconds: 60 }, perAddress: { count: 1000, windowSeconds: 60 } })
  await tries.begin('staff', 'jonas', '192.0.2.1')
  for (const name of ['jonas\u200b', 'jonás', 'jona\u0301s', 'jo\u00adnas', 'JONAS\ufeff']) await assert.rejects(tries.begin('staff', name, '192.0.2.1'), { code: 'too-many-tries' }, name)
})

test('no name is kept as it was typed', async () => {
  const keys: string[] = []
  const tries = limitTries({ ...inMemory(clock), count: async (_space, key) => { keys.push(key); return { count: 1, resetsAt: clock.now() } } }, limits)
  await tries.begin('staff', 'my-password-in-the-wrong-field', '192.0.2.1')
  assert.ok(keys.every((key) => !key.includes('my-password')))
})
