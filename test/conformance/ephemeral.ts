import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ephemeral } from '../../src/store/ephemeral.ts'
import type { Store } from '../../src/store/store.ts'

export interface MovableClock {
  now(): Date
  pass(seconds: number): void
}
export function movableClock(start = new Date()): MovableClock {
  let at = start.getTime()
  return {
    now: () => new Date(at),
    pass: (seconds) => {
      at += seconds * 1000
    },
  }
}

export interface Opened extends AsyncDisposable {
  readonly ephemeral: Ephemeral
  readonly clock: MovableClock
  /** The durable store beside it. */
  readonly store: Pick<Store, 'transact'>
}
type Told = Omit<Opened, keyof AsyncDisposable> & {
  /** So many seconds from now. */
  readonly soon: (seconds?: number) => Date
}
type Stories = Readonly<Record<string, (told: Told) => Promise<void>>>

/** Every adapter of short-lived state answers alike. */
export function ephemeralConformance(name: string, open: () => Promise<Opened>): void {
  for (const [title, tell] of Object.entries({ ...entries, ...onceOnly, ...transactions }))
    test(`${name}: ${title}`, async () => {
      await using opened = await open()
      const { clock } = opened
      const soon = (seconds = 60) => new Date(clock.now().getTime() + seconds * 1000)
      await tell({ ...opened, soon })
    })
}

const entries: Stories = {
  'what was put is there until it expires': async ({ ephemeral, clock, soon }) => {
    await ephemeral.put('attempt', 'a', '{"x":"é\u0000"}', soon(2))
    assert.equal(await ephemeral.get('attempt', 'a'), '{"x":"é\u0000"}')
    assert.equal(await ephemeral.get('sign-in-token', 'a'), undefined, 'spaces are apart')
    clock.pass(3)
    assert.equal(await ephemeral.get('attempt', 'a'), undefined)
    assert.equal(await ephemeral.take('attempt', 'a'), undefined)
  },
  'putting again replaces value and expiry': async ({ ephemeral, clock, soon }) => {
    await ephemeral.put('attempt', 'a', '1', soon(2))
    await ephemeral.put('attempt', 'a', '2', soon(60))
    clock.pass(3)
    assert.equal(await ephemeral.get('attempt', 'a'), '2')
    await ephemeral.remove('attempt', 'a')
    assert.equal(await ephemeral.get('attempt', 'a'), undefined)
  },
  'putting many puts each, the last of one key': async ({ ephemeral, clock, soon }) => {
    const put = (key: string, value: string, seconds: number) =>
      ({ space: 'app', key, value, expiresAt: soon(seconds) }) as const
    await ephemeral.put('app', 'b', 'before', soon(60))
    await ephemeral.putAll([
      put('a', '1', 60),
      put('b', '2', 2),
      put('c', '3', 60),
      put('a', '4', 60),
    ])
    const values = () => Promise.all(['a', 'b', 'c'].map((key) => ephemeral.get('app', key)))
    assert.deepEqual(await values(), ['4', '2', '3'])
    clock.pass(3)
    assert.deepEqual(await values(), ['4', undefined, '3'])
    await ephemeral.putAll([])
  },
  'replacing changes what is there, and brings nothing back': async ({
    ephemeral,
    clock,
    soon,
  }) => {
    assert.equal(await ephemeral.replace('browser-session', 'a', '1', soon()), false)
    assert.equal(await ephemeral.get('browser-session', 'a'), undefined)
    await ephemeral.put('browser-session', 'a', '1', soon(2))
    assert.equal(await ephemeral.replace('browser-session', 'a', '2', soon(60)), true)
    clock.pass(3)
    assert.equal(await ephemeral.get('browser-session', 'a'), '2')
    clock.pass(60)
    assert.equal(
      await ephemeral.replace('browser-session', 'a', '3', soon()),
      false,
      'it has expired',
    )
    await ephemeral.put('browser-session', 'a', '4', soon())
    await ephemeral.remove('browser-session', 'a')
    assert.equal(await ephemeral.replace('browser-session', 'a', '5', soon()), false)
    assert.equal(await ephemeral.get('browser-session', 'a'), undefined)
  },
  'prolonging moves the expiry, leaves the value and brings nothing back': async ({
    ephemeral,
    clock,
    soon,
  }) => {
    assert.equal(await ephemeral.prolong('browser-session', 'a', soon()), false)
    assert.equal(await ephemeral.get('browser-session', 'a'), undefined)
    await ephemeral.put('browser-session', 'a', '{"x":"é 1"}', soon(2))
    assert.equal(await ephemeral.prolong('browser-session', 'a', soon(60)), true)
    clock.pass(3)
    assert.equal(await ephemeral.get('browser-session', 'a'), '{"x":"é 1"}')
    clock.pass(58)
    assert.equal(await ephemeral.prolong('browser-session', 'a', soon()), false, 'it has expired')
    await ephemeral.put('browser-session', 'a', '2', soon())
    await ephemeral.remove('browser-session', 'a')
    assert.equal(await ephemeral.prolong('browser-session', 'a', soon()), false)
    assert.equal(await ephemeral.get('browser-session', 'a'), undefined)
  },
  'it says that it can be reached': ({ ephemeral }) => ephemeral.probe(),
}

const onceOnly: Stories = {
  'of many takers at once exactly one gets it': async ({ ephemeral, soon }) => {
    await ephemeral.put('sign-in-token', 't', 'once', soon())
    const taken = await Promise.all(
      Array.from({ length: 20 }, () => ephemeral.take('sign-in-token', 't')),
    )
    assert.deepEqual(
      taken.filter((value) => value !== undefined),
      ['once'],
    )
  },
  'of many claimants exactly one is the first, until the claim ends': async ({
    ephemeral,
    clock,
    soon,
  }) => {
    const claims = await Promise.all(
      Array.from({ length: 20 }, () => ephemeral.claim('replay', 'r', soon(2))),
    )
    assert.equal(claims.filter(Boolean).length, 1)
    clock.pass(3)
    assert.equal(await ephemeral.claim('replay', 'r', soon(2)), true)
  },
  'what a window counted can be taken back, one at a time and never below none': async ({
    ephemeral,
    clock,
  }) => {
    await ephemeral.uncount('rate', 'back')
    await ephemeral.count('rate', 'back', 2)
    const { resetsAt } = await ephemeral.count('rate', 'back', 2)
    await ephemeral.uncount('rate', 'back')
    const again = await ephemeral.count('rate', 'back', 2)
    assert.deepEqual(again, { count: 2, resetsAt }, 'the window stays')
    for (let one = 0; one < 5; one++) await ephemeral.uncount('rate', 'back')
    assert.equal((await ephemeral.count('rate', 'back', 2)).count, 1)
    clock.pass(3)
    await ephemeral.uncount('rate', 'back')
    assert.equal((await ephemeral.count('rate', 'back', 2)).count, 1)
  },
  'a window counts everything within it and starts anew after it': async ({ ephemeral, clock }) => {
    const counts = await Promise.all(
      Array.from({ length: 10 }, () => ephemeral.count('rate', 'k', 2)),
    )
    assert.deepEqual(
      counts.map(({ count }) => count).sort((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    )
    const left = counts[0]!.resetsAt.getTime() - clock.now().getTime()
    assert.ok(left > 0 && left <= 2000, `the window ends in ${left} ms`)
    assert.equal(await ephemeral.get('rate', 'k'), '10', 'a count can be read without counting')
    clock.pass(3)
    assert.equal(await ephemeral.get('rate', 'k'), undefined)
    assert.equal((await ephemeral.count('rate', 'k', 2)).count, 1)
  },
  'what weighs more counts for more': async ({ ephemeral, clock }) => {
    const counts = []
    for (const weight of [7, 1, undefined, 30])
      counts.push((await ephemeral.count('rate', 'heavy', 2, weight)).count)
    assert.deepEqual(counts, [7, 8, 9, 39])
    clock.pass(3)
    assert.equal((await ephemeral.count('rate', 'heavy', 2, 5)).count, 5)
  },
}

const transactions: Stories = {
  'what is done in a transaction stays when it is rolled back': async (told) => {
    const { ephemeral, store, soon, clock } = told
    await ephemeral.put('sign-in-token', 'taken', 'once', soon())
    await ephemeral.put('attempt', 'removed', 'x', soon())
    await ephemeral.put('browser-session', 'replaced', 'old', soon())
    await ephemeral.count('rate', 'guesses', 60)
    await assert.rejects(
      store.transact(async () => {
        assert.equal(await ephemeral.claim('totp', 'code', soon()), true)
        assert.equal((await ephemeral.count('rate', 'guesses', 60)).count, 2)
        assert.equal(await ephemeral.take('sign-in-token', 'taken'), 'once')
        await ephemeral.remove('attempt', 'removed')
        await ephemeral.put('attempt', 'put', 'y', soon())
        assert.equal(await ephemeral.replace('browser-session', 'replaced', 'new', soon(2)), true)
        assert.equal(await ephemeral.prolong('browser-session', 'replaced', soon()), true)
        throw new Error('no')
      }),
      /no/,
    )
    assert.equal(await ephemeral.claim('totp', 'code', soon()), false, 'a code is used up')
    assert.equal((await ephemeral.count('rate', 'guesses', 60)).count, 3, 'a guess was counted')
    assert.equal(await ephemeral.take('sign-in-token', 'taken'), undefined)
    assert.equal(await ephemeral.get('attempt', 'removed'), undefined)
    assert.equal(await ephemeral.get('attempt', 'put'), 'y')
    clock.pass(3)
    assert.equal(await ephemeral.get('browser-session', 'replaced'), 'new')
  },
  'what is done in a transaction stays when it is committed, done once': async (told) => {
    const { ephemeral, store, soon } = told
    await store.transact(async () => {
      assert.equal(await ephemeral.claim('totp', 'code', soon()), true)
      assert.equal((await ephemeral.count('rate', 'guesses', 60)).count, 1)
    })
    assert.equal(await ephemeral.claim('totp', 'code', soon()), false)
    assert.equal((await ephemeral.count('rate', 'guesses', 60)).count, 2)
  },
}
