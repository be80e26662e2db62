import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGatherings } from '../../../src/aws/iam/last-accessed/gathering.ts'
import type { Caller } from '../../../src/aws/iam/last-accessed/subject.ts'

const caller = (id: string): Caller =>
  ({ kind: 'user', arn: `arn:${id}`, record: { account: '1', id, name: id } }) as Caller
const at = new Date('2026-03-04T05:06:07Z')
const later = new Date('2026-03-05T05:06:07Z')

async function* batches(many: number, gate?: Promise<void>) {
  for (let from = 0; from < many; from += 100) {
    if (from === 2200) await gate
    yield Array.from({ length: Math.min(100, many - from) }, (_, i) => caller(`U${from + i}`))
  }
}
const accesses = (id: string) =>
  new Map([['iam', new Map([['GetUser', { at: id === 'U7' ? later : at, region: 'eu-west-1' }]])]])

test('few callers are put together at once, each of them anew', async () => {
  let found = 0
  const gather = createGatherings({
    find: async (_account, id) => {
      found++
      return accesses(id)
    },
  })
  async function* twice() {
    yield* batches(10)
    yield* batches(10)
  }
  const told = await gather('job', twice())
  assert.ok('last' in told)
  assert.equal(told.count('iam'), 10, 'who has it in two ways counts once')
  assert.equal(told.last('iam')?.caller.arn, 'arn:U7')
  assert.equal(told.last('iam', 'GetUser')?.at, later)
  assert.equal(told.last('s3'), undefined)
  await gather('job', batches(1))
  assert.equal(found, 11)
})

test('many callers are read in the background, and whoever asks is told how far', async () => {
  const gate = Promise.withResolvers<void>()
  const gather = createGatherings({ find: async (_account, id) => accesses(id) })
  const first = await gather('job', batches(3000, gate.promise))
  assert.ok('done' in first && first.done > 2000)
  const second = await gather('job', batches(0))
  assert.ok('done' in second)
  gate.resolve()
  for (;;) {
    const told = await gather('job', batches(0))
    if ('last' in told) {
      assert.equal(told.count('iam'), 3000)
      return
    }
    await new Promise(setImmediate)
  }
})

test('a failure is told to whoever asks next', async () => {
  const gate = Promise.withResolvers<void>()
  const gather = createGatherings({
    find: async (_account, id) => {
      if (id === 'U2500') throw new Error('away')
      return accesses(id)
    },
  })
  await gather('job', batches(3000, gate.promise))
  gate.resolve()
  await assert.rejects(async () => {
    for (;;) {
      await gather('job', batches(0))
      await new Promise(setImmediate)
    }
  }, /away/)
})
