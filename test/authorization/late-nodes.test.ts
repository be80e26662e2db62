import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createProveService,
  type ProveServicePorts,
} from '../../src/authorization/prove-service.ts'

test('a used assertion is remembered as long as nodes with late clocks take it', async () => {
  const role = 'arn:aws:iam::111122223333:role/Orders'
  const expiresAt = new Date('2026-12-01T10:01:00Z')
  const remembered: Date[] = []
  const prove = createProveService({
    services: { find: async () => ({ prefix: 'orders', proofs: { role } }) },
    proveAssertion: async () => ({
      ok: true,
      assertion: { issuer: 'orders', subject: 'orders', id: '1', expiresAt },
    }),
    ephemeral: {
      async claim(_kind: string, _key: string, until: Date) {
        remembered.push(until)
        return false
      },
    },
    revision: () => '1',
  } as unknown as ProveServicePorts)
  const reasons: string[] = []
  const now = new Date('2026-12-01T10:00:00Z')
  const refused = (why: string) => reasons.push(why)
  await assert.rejects(prove({ assertion: 'a.b.c' }, 'orders', { now, refused }))
  assert.deepEqual(reasons, ['the assertion was used before'])
  assert.ok(remembered[0]!.getTime() >= expiresAt.getTime() + 60_000)
})
