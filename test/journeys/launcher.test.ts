import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { openSite, startServed } from './running.ts'

const launcher = join(resolve(import.meta.dirname, '../..'), 'bin', 'gatehouse.js')
/** Has the launcher take itself for an old Node, so that it goes on in the pinned one. */
const asOldNode = `data:text/javascript,${encodeURIComponent(`
  Object.defineProperty(process.versions, 'node', { value: '20.19.0' })
  process.execPath = '/bin/sh'
`)}`

test('a launcher that is killed takes the server with it, in order', async () => {
  await using site = await openSite()
  await using served = await startServed(site, 'connectors: {}\nmappings: []\naccounts: {}\n', {
    program: ['--import', asOldNode, launcher],
  })
  const { pid } = served
  const server = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
  assert.ok(server > 0, 'the launcher started a process of its own')
  using _end = {
    [Symbol.dispose]() {
      if (isAlive(server)) process.kill(server, 'SIGKILL')
    },
  }
  process.kill(pid, 'SIGKILL')
  const until = performance.now() + 60_000
  while (isAlive(server)) {
    assert.ok(performance.now() < until, 'the server lives on')
    await setImmediate()
  }
  assert.match(served.said(), /stopping/)
})

function isAlive(pid: number): boolean {
  try {
    // One that has ended, and that nobody has waited for, is state Z.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
