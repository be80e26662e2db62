import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requirePeer } from '../peers/require.ts'
import { chaos } from './chaos.ts'

// `npm run chaos` has the long form.
test('three nodes keep what they acknowledged while faults come and go', async (t) => {
  if (!requirePeer(t, 'redis')) return
  const found = await chaos({ seed: 45, forMs: 5000, topology: 'sqlite+redis', faultCount: 3 })
  const { figures, faults, histories, findings } = found
  assert.deepEqual(findings, [])
  assert.equal(faults, 3)
  assert.ok(histories > 0)
  for (const [name, count] of Object.entries(figures))
    assert.ok(name === 'lost' || count > 0, `${name}: ${count}`)
})
