import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createJobs } from '../../../../src/aws/gatehouse/analysis/jobs.ts'
import { Ids } from '../../../../src/kernel/ids.ts'

const since = new Date('2026-01-01T00:00:00Z')
const of = { account: '1', since }

function scene() {
  const kept = new Map<string, string>()
  let now = Date.parse('2026-03-01T00:00:00Z')
  const jobs = createJobs({
    ids: new Ids(),
    clock: { now: () => new Date(now) },
    ephemeral: {
      put: async (_space, key, value) => void kept.set(key, value),
      get: async (_space, key) => kept.get(key),
    },
  })
  const pass = (ms: number) => {
    now += ms
  }
  return { jobs, pass }
}

/** Lets what is waiting go on. */
const turn = () => new Promise(setImmediate)

test('work goes on after it was started, and its result is told to its account alone', async () => {
  const { jobs } = scene()
  const work = Promise.withResolvers<object>()
  const id = await jobs.start(of, () => work.promise)
  assert.equal((await jobs.find('1', id!))?.State, 'RUNNING')
  work.resolve({ Replayed: { calls: 3 } })
  await turn()
  const done = await jobs.find('1', id!)
  assert.equal(done?.State, 'DONE')
  assert.deepEqual(done.Replayed, { calls: 3 })
  assert.equal(done.Since, since.toISOString())
  assert.equal(await jobs.find('2', id!), undefined)
})

test('work that fails, stops without a word or answers too much has failed', async () => {
  const { jobs, pass } = scene()
  const broken = await jobs.start(of, () => Promise.reject(new Error('away')))
  const long = await jobs.start(of, async () => ({ Replayed: 'x'.repeat(2_000_001) }) as object)
  const silent = await jobs.start(of, () => new Promise(() => {}))
  await turn()
  for (const id of [broken, long]) assert.equal((await jobs.find('1', id!))?.State, 'FAILED')
  assert.equal((await jobs.find('1', silent!))?.State, 'RUNNING')
  pass(61_000)
  assert.equal((await jobs.find('1', silent!))?.State, 'FAILED')
})

test('a node works on three at once, and takes the next when one has ended', async () => {
  const { jobs } = scene()
  const work = Promise.withResolvers<object>()
  const started = await Promise.all([1, 2, 3].map(() => jobs.start(of, () => work.promise)))
  assert.ok(started.every((id) => id !== undefined))
  assert.equal(await jobs.start(of, async () => ({})), undefined)
  work.resolve({})
  await turn()
  assert.notEqual(await jobs.start(of, async () => ({})), undefined)
})
