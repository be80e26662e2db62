import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requirePeer } from '../peers/require.ts'
import { type ChaosOptions, chaos } from './chaos.ts'

// `npm run chaos` has the long form, with all faults.
async function holds(options: Pick<ChaosOptions, 'topology' | 'only'>): Promise<void> {
  const faultCount = options.only?.length ?? 0
  const found = await chaos({ ...options, seed: 45, forMs: 2000, faultCount })
  const { figures, faults, histories, findings } = found
  assert.deepEqual(findings, [])
  assert.equal(faults, faultCount)
  assert.ok(histories > 0)
  for (const [name, count] of Object.entries(figures))
    assert.ok(name === 'lost' || count > 0, `${name}: ${count}`)
}

test('three nodes keep what they acknowledged while faults come and go', async (t) => {
  if (!requirePeer(t, 'redis')) return
  await holds({
    topology: 'sqlite+redis',
    only: ['a node is killed', 'the disk of all nodes is full'],
  })
})

test('so they do where nodes do not see each other, and Redis forgets', async (t) => {
  if (!requirePeer(t, 'redis') || !requirePeer(t, 'postgres')) return
  await holds({
    topology: 'postgres+redis',
    only: ['a node is cut off from the others', 'Redis is emptied'],
  })
})
