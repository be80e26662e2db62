import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { OutboxDelivery, type OutboxSweeps } from '../../src/audit/outbox-delivery.ts'
import { rotateForOthers } from '../../src/audit/rotating.ts'
import { rotatedFiles } from '../../src/audit/rotation.ts'
import { openTrailFile } from '../../src/audit/trail-file.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { movableClock } from '../conformance/ephemeral.ts'

test('one process rotates a trail that two others write, and no line is lost', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-shared-'))
  const path = join(folder, 'audit.jsonl')
  const writers = [await openTrailFile(path, { shared: true })]
  writers.push(await openTrailFile(path, { shared: true }))
  const failures: unknown[] = []
  const owner = rotateForOthers(path, {
    rotation: { atBytes: 2000 },
    clock: systemClock,
    failed: (error) => failures.push(error),
  })
  const until = performance.now() + 60_000
  let written = 0
  try {
    while ((await rotatedFiles(path)).length < 2 && performance.now() < until)
      await Promise.all(writers.map((one) => one.append(`{"line":${written++}}\n`)))
    const files = [...(await rotatedFiles(path)), path]
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
    const lines = texts.join('').trim().split('\n')
    const told = lines.map((line) => JSON.parse(line).line).sort((a, b) => a - b)
    assert.deepEqual(
      told,
      Array.from({ length: written }, (_, at) => at),
    )
    assert.ok(files.length >= 3, 'it was rotated twice')
    assert.deepEqual(failures, [])
  } finally {
    await owner[Symbol.asyncDispose]()
    for (const one of writers) await one.close()
    await rm(folder, { recursive: true, force: true })
  }
})

/** What a process takes from the outbox: how old a line has to be, for each time that it looks. */
async function lookedAt(t: TestContext, sweeps: OutboxSweeps, failingAt: (at: number) => boolean) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const clock = movableClock(new Date(1_000_000))
  const olderBy: number[] = []
  await using delivery = new OutboxDelivery({
    ...{ sweeps, clock, enqueue: () => true, tail: async () => '' },
    failing: () => failingAt(clock.now().getTime() - 1_000_000),
    outbox: {
      async waiting({ until }) {
        olderBy.push(clock.now().getTime() - until.getTime())
        return []
      },
      delivered: async () => undefined,
    },
  })
  await delivery.start()
  for (let times = 0; times < 4; times++) {
    clock.pass(10)
    t.mock.timers.tick(10_000)
  }
  t.mock.timers.reset()
  return olderBy
}

test('of processes on one trail, one takes the lines of those that are gone', async (t) => {
  const well = () => false
  assert.deepEqual(await lookedAt(t, 'at-once', well), [0, 10_000, 10_000, 10_000, 10_000])
  assert.deepEqual(await lookedAt(t, 'later', well), [10_000, 10_000, 10_000, 10_000])
  assert.deepEqual(await lookedAt(t, 'never', well), [])
})

test('lines that wait for a failing trail are not taken for those of the gone', async (t) => {
  const failing = (at: number) => at === 20_000
  assert.deepEqual(await lookedAt(t, 'later', failing), [10_000, 10_000, 10_000])
})
