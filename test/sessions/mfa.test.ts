import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { codeOfStep, stepOf } from '../../src/credentials/totp.ts'
import { createMfa, type MfaPorts, mfaDeviceKey } from '../../src/sessions/mfa.ts'
import { limitTries } from '../../src/sign-in/tries.ts'
import type { MfaDeviceRecord } from '../../src/store/records.ts'
import { account, openRooms } from './scene.ts'

/** Users with a device each, in one house; three tries from an address in a quarter of an hour. */
async function house(change: Partial<MfaPorts> = {}) {
  const rooms = await openRooms({})
  const { clock, ring, store } = rooms
  const ephemeral = store.ephemeral()
  const devices = new Map<string, MfaDeviceRecord>()
  const window = { count: 3, windowSeconds: 900 }
  const mfa = createMfa({
    touchCodes: { take: async () => false },
    ring,
    transact: store.transact,
    ephemeral,
    clock,
    tries: limitTries(ephemeral, { perName: window, perAddress: window }),
    reads: {
      find: async (_kind: string, _of: string, key: string) => devices.get(key.slice(1)),
    } as unknown as MfaPorts['reads'],
    ...change,
  })
  const user = (name: string) => {
    const seed = randomBytes(20)
    const serialNumber = `arn:aws:iam::${account}:mfa/${name}`
    devices.set(name, {
      serialNumber,
      sealedSeed: mfa.seal(seed),
      enabled: { userName: name, at: '', driftSteps: 0 },
    } as unknown as MfaDeviceRecord)
    const take = (sourceAddress: string, code: string, userName = name, bySession = false) =>
      mfa.take({
        account,
        userName,
        userId: `AIDA${userName}`,
        bySession,
        serialNumber,
        code,
        sourceAddress,
      })
    return { take, right: () => codeOfStep(seed, stepOf(clock.now())), wrong: codeOfStep(seed, 1) }
  }
  return { clock, ephemeral, user, [Symbol.asyncDispose]: () => rooms[Symbol.asyncDispose]() }
}

test('an address has its wrong codes, whatever the user; another address has its own', async () => {
  await using at = await house()
  const [ann, bob, cem] = ['ann', 'bob', 'cem'].map(at.user)
  assert.deepEqual(
    [
      await ann!.take('192.0.2.1', ann!.wrong),
      await bob!.take('192.0.2.1', bob!.wrong),
      await bob!.take('192.0.2.1', bob!.wrong),
    ],
    ['refused', 'refused', 'refused'],
  )
  assert.equal(await cem!.take('192.0.2.1', cem!.right()), 'too-many')
  assert.equal(await cem!.take('192.0.2.2', cem!.right()), 'taken')
  at.clock.pass(901)
  assert.equal(await cem!.take('192.0.2.1', cem!.right()), 'taken')
})

test('correct codes do not count by address, nor do sign-ins block codes', async () => {
  await using at = await house()
  const window = { count: 3, windowSeconds: 900 }
  const tries = limitTries(at.ephemeral, { perName: window, perAddress: window })
  for (let i = 0; i < 4; i++) await tries.beginFrom('192.0.2.1').catch(() => undefined)
  for (const person of ['a', 'b', 'c', 'd', 'e', 'f'].map(at.user))
    assert.equal(await person.take('192.0.2.1', person.right()), 'taken')
})

test('who was handed a session cannot use up the tries of the user', async () => {
  await using at = await house()
  const ann = at.user('ann')
  for (let i = 0; i < 15; i++)
    assert.equal(await ann.take(`192.0.2.${i}`, ann.wrong, 'ann', true), 'refused')
  assert.equal(await ann.take('198.51.100.1', ann.right(), 'ann', true), 'too-many')
  assert.equal(await ann.take('198.51.100.1', ann.right()), 'taken')
})

test("one customer's IPv6 network is one address", async () => {
  await using at = await house()
  const ann = at.user('ann')
  assert.deepEqual(
    [
      await ann.take('2001:db8::1', ann.wrong),
      await ann.take('2001:db8::2', ann.wrong),
      await ann.take('2001:db8::5', ann.wrong),
    ],
    ['refused', 'refused', 'refused'],
  )
  assert.equal(await ann.take('2001:db8:0:0:ffff::3', ann.right()), 'too-many')
})

test('a user has 15 tries from all addresses together', async () => {
  await using at = await house()
  const ann = at.user('ann')
  for (let i = 0; i < 15; i++) assert.equal(await ann.take(`192.0.2.${i}`, ann.wrong), 'refused')
  assert.equal(await ann.take('198.51.100.1', ann.right()), 'too-many')
  at.clock.pass(301)
  assert.equal(await ann.take('198.51.100.1', ann.right()), 'taken')
})

test("who names a device that is not theirs uses up nobody's count", async () => {
  await using at = await house()
  const ann = at.user('ann')
  for (let i = 0; i < 20; i++)
    assert.equal(await ann.take('192.0.2.1', ann.right(), 'eve'), 'unknown')
  assert.equal(await ann.take('192.0.2.1', ann.right()), 'taken')
})

test('a count that cannot be kept takes no code', async () => {
  const down = () => Promise.reject(new Error('the store is away'))
  for (const change of [
    { tries: { mayTryCode: down, wrongCode: async () => {} } },
    { ephemeral: { claim: async () => true, count: down } },
  ]) {
    await using at = await house(change)
    const ann = at.user('ann')
    await assert.rejects(ann.take('192.0.2.1', ann.right()), /the store is away/)
  }
})

test('a serial number that is no ARN is the key of no device', () => {
  const key = mfaDeviceKey('arn:aws:iam::111122223333:mfa/team/Phone')
  assert.equal(key, '/team/phone')
  for (const serialNumber of ['/team/phone', 'phone', '', 'arn:aws:iam::111122223333:user/phone'])
    assert.ok(!mfaDeviceKey(serialNumber).startsWith('/'), serialNumber)
})
