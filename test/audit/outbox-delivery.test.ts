import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LineOutbox } from '../../src/audit/outbox-delivery.ts'
import { Trail } from '../../src/audit/trail.ts'
import type { TrailFile } from '../../src/audit/trail-file.ts'

/** An outbox in memory. */
function outboxOf(...texts: readonly string[]) {
  const rows = new Map(texts.map((text, at) => [at + 1, text]))
  const outbox: LineOutbox = {
    waiting: async ({ after, limit }) =>
      [...rows].flatMap(([id, text]) => (id > after ? [{ id, text }] : [])).slice(0, limit),
    delivered: async (ids) => {
      for (const id of ids) rows.delete(id)
    },
  }
  return { rows, outbox }
}

function file(failing = false) {
  const steps: string[] = []
  const at: TrailFile & { failing: boolean; readonly steps: string[] } = {
    failing,
    steps,
    append: async (text) => {
      if (at.failing) throw new Error('no space left on device')
      steps.push(text)
    },
    sync: async () => void steps.push('synced'),
    tail: async () => steps.join(''),
    close: async () => undefined,
  }
  return at
}
const left = (id: number) => ({
  eventSource: 'iam.amazonaws.com' as const,
  line: `{"${id}"}\n`,
  id,
})

test('the line of a write leaves the outbox once it is on disk, and not before', async () => {
  const { rows, outbox } = outboxOf('{"1"}\n')
  const at = file(true)
  const trail = new Trail(at, { path: 'x', log: () => undefined, outbox })
  trail.deliver(left(1))
  await trail.flush()
  assert.equal(rows.size, 1)
  at.failing = false
  await trail.flush()
  await trail[Symbol.asyncDispose]()
  assert.deepEqual(at.steps, ['{"1"}\n', 'synced'])
  assert.equal(rows.size, 0)
})

test('events that a killed process left are written at the start, each once', async () => {
  const lines = Array.from({ length: 450 }, (_, at) => `{"event":${at}}\n`)
  const { rows, outbox } = outboxOf(...lines)
  const at = file()
  at.steps.push(lines[7]!, lines[8]!)
  const trail = new Trail(at, { path: 'x', log: () => undefined, outbox })
  await trail.start()
  await trail[Symbol.asyncDispose]()
  const written = at.steps.filter((step) => step !== 'synced').join('')
  assert.deepEqual(
    written.split('\n').toSorted(),
    [...lines.map((one) => one.trim()), ''].toSorted(),
  )
  assert.equal(rows.size, 0)
})

test('a write without room in memory is no loss: it stays in the outbox', async () => {
  const { rows, outbox } = outboxOf('{"1"}\n', '{"2"}\n')
  const told: string[] = []
  const log = (what: string) => told.push(what)
  const trail = new Trail(file(true), { path: 'x', log, outbox, keepBytes: 15 })
  trail.deliver(left(1))
  trail.deliver(left(2))
  assert.equal(trail.losing, false)
  await trail[Symbol.asyncDispose]()
  assert.equal(rows.size, 2)
  assert.deepEqual(told, ['audit.failing'])
})

test('while the trail fails, writes are refused unless the settings allow them', async () => {
  const refuses = async (whenFailing?: 'refuse' | 'continue') => {
    const trail = new Trail(file(true), { path: 'x', log: () => undefined, whenFailing })
    const before = [trail.refuses(true), trail.refuses(false)]
    trail.deliver(left(1))
    await trail.flush()
    return [...before, trail.refuses(true), trail.refuses(false)]
  }
  assert.deepEqual(await refuses(), [false, false, true, false])
  assert.deepEqual(await refuses('refuse'), [false, false, true, true])
  assert.deepEqual(await refuses('continue'), [false, false, false, false])
})

test("flushed: a caller waits until its event is on disk, or learns that it can't be", async () => {
  const at = file()
  const trail = new Trail(at, { path: 'x', log: () => undefined, durability: 'flushed' })
  trail.deliver(left(1))
  await trail.durable()
  assert.deepEqual(at.steps, ['{"1"}\n', 'synced'])
  assert.equal(trail.durable(), undefined)
  at.failing = true
  trail.deliver(left(2))
  await assert.rejects(async () => trail.durable(), /no space left/)
  await assert.rejects(async () => trail.durable(), /no space left/)
  const buffered = new Trail(file(), { path: 'x', log: () => undefined })
  buffered.deliver(left(1))
  assert.equal(buffered.durable(), undefined)
})
