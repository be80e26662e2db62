import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SignInFault } from '../../src/kernel/sign-in-fault.ts'
import { limitTries, type Tries, type TryEnd } from '../../src/sign-in/tries.ts'
import { inMemory } from '../http/in-memory.ts'

const clock = { now: () => new Date(0) }
const limits = {
  perName: { count: 100, windowSeconds: 60 },
  perAddress: { count: 2, windowSeconds: 60 },
}

const soon = new AbortController().signal

/** One wrong password. */
async function guess(tries: Tries, connector: string, username: string, sourceAddress: string) {
  const one = await tries.begin({ connector, username, sourceAddress }, soon)
  await one.end('wrong')
}

test('spellings of a name share one count', async () => {
  const tries = limitTries(inMemory(clock), {
    perName: { count: 4, windowSeconds: 60 },
    perAddress: { count: 100, windowSeconds: 60 },
  })
  for (const name of ['Amina', 'AMINA', ' amina\t', 'ａｍｉｎａ'])
    await guess(tries, 'staff', name, '192.0.2.1')
  await assert.rejects(guess(tries, 'staff', 'amina', '192.0.2.1'), { code: 'too-many-tries' })
})

test('addresses of an IPv6 network share a count, IPv4 addresses do not', async () => {
  const sharing: readonly (readonly [string, string, boolean])[] = [
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', true],
    ['2001:db8:1:2::1', '2001:0DB8:0001:0002::9', true],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['192.0.2.1', '192.0.2.2', false],
    ['::ffff:192.0.2.1', '192.0.2.1', true],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
    ['fe80::1%eth0', 'fe80::2%eth0', true],
  ]
  for (const [one, other, shared] of sharing) {
    const tries = limitTries(inMemory(clock), limits)
    await guess(tries, 'staff', 'a', one)
    await guess(tries, 'staff', 'b', one)
    const stopped = await guess(tries, 'staff', 'c', other).then(
      () => false,
      (error) => error instanceof SignInFault && error.code === 'too-many-tries',
    )
    assert.equal(stopped, shared, `${one} and ${other}`)
  }
})

test('one name on two connectors is two people', async () => {
  const tries = limitTries(inMemory(clock), {
    perName: { count: 1, windowSeconds: 60 },
    perAddress: { count: 100, windowSeconds: 60 },
  })
  await guess(tries, 'staff', 'amina', '192.0.2.1')
  await guess(tries, 'partners', 'amina', '192.0.2.1')
  await assert.rejects(guess(tries, 'staff', 'amina', '192.0.2.1'), { code: 'too-many-tries' })
})

test('guessing from one address locks out no other; all together are limited', async () => {
  const tries = limitTries(inMemory(clock), {
    perName: { count: 2, windowSeconds: 60 },
    perAddress: { count: 1000, windowSeconds: 60 },
  })
  for (let i = 0; i < 2; i++) await guess(tries, 'staff', 'amina', '192.0.2.1')
  await assert.rejects(guess(tries, 'staff', 'amina', '192.0.2.1'), { code: 'too-many-tries' })
  await guess(tries, 'staff', 'amina', '192.0.2.2')
  for (let i = 3; i < 20; i++) await guess(tries, 'staff', 'amina', `192.0.2.${i}`)
  await assert.rejects(guess(tries, 'staff', 'amina', '198.51.100.1'), { code: 'too-many-tries' })
})

test('accents and characters that nobody sees make no new count', async () => {
  const tries = limitTries(inMemory(clock), {
    perName: { count: 1, windowSeconds: 60 },
    perAddress: { count: 1000, windowSeconds: 60 },
  })
  await guess(tries, 'staff', 'jonas', '192.0.2.1')
  for (const name of ['jonas\u200b', 'jonás', 'jona\u0301s', 'jo\u00adnas', 'JONAS\ufeff'])
    await assert.rejects(guess(tries, 'staff', name, '192.0.2.1'), { code: 'too-many-tries' }, name)
})

test('no name is kept as it was typed', async () => {
  const keys: string[] = []
  const tries = limitTries(
    {
      ...inMemory(clock),
      count: async (_space, key) => {
        keys.push(key)
        return { count: 1, resetsAt: clock.now() }
      },
    },
    limits,
  )
  await guess(tries, 'staff', 'my-password-in-the-wrong-field', '192.0.2.1')
  assert.ok(keys.every((key) => !key.includes('my-password')))
})

const ten = {
  perName: { count: 10, windowSeconds: 60 },
  perAddress: { count: 20, windowSeconds: 60 },
}
const of = (username: string) => ({ connector: 'staff', username, sourceAddress: '192.0.2.1' })

test('right passwords, and tries that nobody judged, use nothing up', async () => {
  const tries = limitTries(inMemory(clock), ten)
  for (const how of ['right', 'unjudged'] as const) {
    for (let one = 0; one < 105; one++)
      await (await tries.begin(of(`person-${one % 10}`), soon)).end(how)
  }
  for (let one = 0; one < 10; one++) await guess(tries, 'staff', 'amina', '192.0.2.1')
  await assert.rejects(tries.begin(of('amina'), soon), { code: 'too-many-tries' })
  await (await tries.begin(of('other'), soon)).end('right')
  for (let one = 0; one < 10; one++) await guess(tries, 'staff', `p${one}`, '192.0.2.1')
  await assert.rejects(tries.begin(of('other'), soon), { code: 'too-many-tries' })
})

test("a correct password resets its name's count, but not the address's", async () => {
  const tries = limitTries(inMemory(clock), ten)
  for (let one = 0; one < 9; one++) await guess(tries, 'staff', 'amina', '192.0.2.1')
  await (await tries.begin(of('amina'), soon)).end('right')
  for (let one = 0; one < 10; one++) await guess(tries, 'staff', 'amina', '192.0.2.1')
  await assert.rejects(tries.begin(of('amina'), soon), { code: 'too-many-tries' })
  await guess(tries, 'staff', 'other', '192.0.2.1')
  await assert.rejects(tries.begin(of('other'), soon), { code: 'too-many-tries' })
})

test("a right password does not take back the wrong tries of another's name like it", async () => {
  const tries = limitTries(inMemory(clock), {
    perName: { count: 10, windowSeconds: 60 },
    perAddress: { count: 1000, windowSeconds: 60 },
  })
  // Directories tell these apart, the count does not.
  for (const namesake of ['amin\u00e1', 'ami\u200bna']) {
    for (let one = 0; one < 4; one++) await guess(tries, 'staff', 'amina', '192.0.2.1')
    await (await tries.begin(of(namesake), soon)).end('right')
  }
  for (let one = 0; one < 2; one++) await guess(tries, 'staff', 'amina', '192.0.2.1')
  await assert.rejects(tries.begin(of('amina'), soon), { code: 'too-many-tries' })
})

test('wrong tries of one window are not taken off the next', async () => {
  let at = 0
  const later = { now: () => new Date(at) }
  const tries = limitTries(inMemory(later), {
    perName: { count: 4, windowSeconds: 60 },
    perAddress: { count: 1000, windowSeconds: 60 },
  })
  await guess(tries, 'staff', 'amina', '192.0.2.1')
  at += 59_000
  for (let one = 0; one < 3; one++) await guess(tries, 'staff', 'amin\u00e1', '192.0.2.1')
  at += 2000
  for (let one = 0; one < 3; one++) await guess(tries, 'staff', 'amina', '192.0.2.1')
  await (await tries.begin(of('amin\u00e1'), soon)).end('right')
  await guess(tries, 'staff', 'amina', '192.0.2.1')
  await assert.rejects(tries.begin(of('amina'), soon), { code: 'too-many-tries' })
})

test('right ones at once wait for each other; wrong ones at once are still counted', async () => {
  const tries = limitTries(inMemory(clock), ten)
  let most = 0
  let open = 0
  const signIn = async (how: TryEnd) => {
    const one = await tries.begin(of('amina'), soon)
    most = Math.max(most, ++open)
    await new Promise((resolve) => setImmediate(resolve))
    open--
    await one.end(how)
  }
  await Promise.all(Array.from({ length: 60 }, () => signIn('unjudged')))
  assert.equal(most, 10)
  await Promise.all(Array.from({ length: 60 }, () => signIn('right')))
  const wrong = await Promise.allSettled(Array.from({ length: 60 }, () => signIn('wrong')))
  assert.equal(wrong.filter(({ status }) => status === 'fulfilled').length, 10)
  await assert.rejects(tries.begin(of('amina'), AbortSignal.timeout(1)), { code: 'too-many-tries' })
})

test('nobody waits longer than they want to', async () => {
  const tries = limitTries(inMemory(clock), {
    perName: { count: 1, windowSeconds: 60 },
    perAddress: { count: 20, windowSeconds: 60 },
  })
  const first = await tries.begin(of('amina'), soon)
  const second = tries.begin(of('amina'), AbortSignal.timeout(5))
  await assert.rejects(second, { code: 'too-many-tries' })
  const third = tries.begin(of('amina'), soon)
  await first.end('unjudged')
  await (await third).end('right')
})
