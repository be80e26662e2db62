import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ephemeral } from '../../src/store/ephemeral.ts'

export interface MovableClock { now(): Date; pass(seconds: number): void }
export function movableClock(start = new Date()): MovableClock {
  let at = start.getTime()
  return { now: () => new Date(at), pass: (seconds) => { at += seconds * 1000 } }
}

/** Every adapter of short-lived state answers alike. `pass` lets time go by, in the adapter's own clock. */
export function ephemeralConformance(name: string, open: () => Promise<{ ephemeral: Ephemeral; clock: MovableClock } & AsyncDisposable>): void {
  const story = (title: string, tell: (ephemeral: Ephemeral, clock: MovableClock, soon: (seconds?: number) => Date) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      await using opened = await open()
      const { ephemeral, clock } = opened
      await tell(ephemeral, clock, (seconds = 60) => new Date(clock.now().getTime() + seconds * 1000))
    })

  story('what was put is there until it expires', async (ephemeral, clock, soon) => {
    await ephemeral.put('attempt', 'a', '{"x":"é\u0000"}', soon(2))
    assert.equal(await ephemeral.get('attempt', 'a'), '{"x":"é\u0000"}')
    assert.equal(await ephemeral.get('sign-in-token', 'a'), undefined, 'spaces are apart')
    clock.pass(3)
    assert.equal(await ephemeral.get('attempt', 'a'), undefined)
    assert.equal(await ephemeral.take('attempt', 'a'), undefined)
  })
  story('putting again replaces value and expiry', async (ephemeral, clock, soon) => {
    await ephemeral.put('attempt', 'a', '1', soon(2))
    await ephemeral.put('attempt', 'a', '2', soon(60))
    clock.pass(3)
    assert.equal(await ephemeral.get('attempt', 'a'), '2')
    await ephemeral.remove('attempt', 'a')
    assert.equal(await ephemeral.get('attempt', 'a'), undefined)
  })
  story('replacing changes what is there, and brings nothing back', async (ephemeral, clock, soon) => {
    assert.equal(await ephemeral.replace('browser-session', 'a', '1', soon()), false)
    assert.equal(await ephemeral.get('browser-session', 'a'), undefined)
    await ephemeral.put('browser-session', 'a', '1', soon(2))
    assert.equal(await ephemeral.replace('browser-session', 'a', '2', soon(60)), true)
    clock.pass(3)
    assert.equal(await ephemeral.get('browser-session', 'a'), '2')
    clock.pass(60)
    assert.equal(await ephemeral.replace('browser-session', 'a', '3', soon()), false, 'it has expired')
    await ephemeral.put('browser-session', 'a', '4', soon())
    await ephemeral.remove('browser-session', 'a')
    assert.equal(await ephemeral.replace('browser-session', 'a', '5', soon()), false)
    assert.equal(await ephemeral.get('browser-session', 'a'), undefined)
  })
  story('of many takers at once exactly one gets it', async (ephemeral, _clock, soon) => {
    await ephemeral.put('sign-in-token', 't', 'once', soon())
    const taken = await Promise.all(Array.from({ length: 20 }, () => ephemeral.take('sign-in-token', 't')))
    assert.deepEqual(taken.filter((value) => value !== undefined), ['once'])
  })
  story('of many claimants exactly one is the first, until the claim ends', async (ephemeral, clock, soon) => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => ephemeral.claim('replay', 'r', soon(2))))
    assert.equal(claims.filter(Boolean).length, 1)
    clock.pass(3)
    assert.equal(await ephemeral.claim('replay', 'r', soon(2)), true)
  })
  story('a window counts everything within it and starts anew after it', async (ephemeral, clock) => {
    const counts = await Promise.all(Array.from({ length: 10 }, () => ephemeral.count('rate', 'k', 2)))
    assert.deepEqual(counts.map(({ count }) => count).sort((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const left = counts[0]!.resetsAt.getTime() - clock.now().getTime()
    assert.ok(left > 0 && left <= 2000, `the window ends in ${left} ms`)
    assert.equal(await ephemeral.get('rate', 'k'), '10', 'a count can be read without counting')
    clock.pass(3)
    assert.equal(await ephemeral.get('rate', 'k'), undefined)
    assert.equal((await ephemeral.count('rate', 'k', 2)).count, 1)
  })
  story('it says that it can be reached', (ephemeral) => ephemeral.probe())
}
