import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { freeze, startPeer, untilReady } from './child.ts'

test('a process that ended while its parent stands still counts as frozen', async () => {
  await using parent = startPeer('sh', ['-c', 'sleep 600 & echo "child $!"; wait'], 'SIGKILL')
  await untilReady(parent, async () => /^child \d+\n/.test(parent.said()))
  const child = Number(parent.said().slice('child '.length))
  await freeze(parent.pid)
  process.kill(child, 'SIGKILL')
  const isZombie = () => /^State:\tZ/m.test(readFileSync(`/proc/${child}/status`, 'utf8'))
  await untilReady(parent, async () => isZombie())
  await freeze(child)
  assert.ok(isZombie())
})
