import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { whenCaughtUp } from '../../src/http/when-caught-up.ts'

const requested = (destroyed = false) =>
  [{ socket: { destroyed } } as IncomingMessage, {} as ServerResponse] as const

test('requests wait while the store asks what was missed, and go on in order', async () => {
  const answered: IncomingMessage[] = []
  let asking: PromiseWithResolvers<void> | undefined = Promise.withResolvers<void>()
  const listener = whenCaughtUp({ caughtUp: () => asking?.promise }, (req) => {
    answered.push(req)
  })
  const [first, gone, second, later] = [
    ...[requested(), requested(true), requested(), requested()],
  ] as const
  for (const one of [first, gone, second]) listener(...one!)
  assert.deepEqual(answered, [])
  asking.resolve()
  await asking.promise
  asking = undefined
  listener(...later!)
  assert.deepEqual(answered, [first![0], second![0], later![0]], 'not who has left')
})

test('beyond a thousand that wait, a request is answered as what is known allows', () => {
  let answered = 0
  const never = new Promise<void>(() => undefined)
  const listener = whenCaughtUp({ caughtUp: () => never }, () => {
    answered++
  })
  for (let at = 0; at < 1002; at++) listener(...requested())
  assert.equal(answered, 2)
})

test('a store that never falls behind costs nothing', () => {
  const listener = () => undefined
  assert.equal(whenCaughtUp({}, listener), listener)
})
