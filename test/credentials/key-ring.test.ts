import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookAtKeys } from '../../src/credentials/keep-keys.ts'
import { cookieSecret, keptSecret } from '../../src/credentials/kept-secret.ts'
import { type KeyRing, loadKeyRing } from '../../src/credentials/key-ring.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { movableClock } from '../conformance/ephemeral.ts'

async function empty() {
  const clock = movableClock()
  const store = await openSqliteStore({ path: ':memory:', clock })
  const open = () =>
    loadKeyRing({ documents: store.documents, rootKey: Buffer.alloc(32, 3), clock, ids: new Ids() })
  return {
    clock,
    store,
    open,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}
async function rings() {
  const made = await empty()
  return { ...made, ring: await made.open() }
}
const text = Buffer.from('text')

test('a retired key opens no token, but still opens what lies in the store', async () => {
  await using made = await rings()
  const { ring } = made
  const node2 = await made.open()
  const [token, secret] = [ring.seal('session-token', text), ring.seal('access-key-secret', text)]
  const old = ring.keys[0]!.id
  await ring.rotate()
  assert.deepEqual(ring.unseal('session-token', token), text)
  await ring.retire(old)
  assert.equal(ring.unseal('session-token', token), undefined)
  assert.deepEqual(ring.unseal('access-key-secret', secret), text)
  await node2.refresh()
  assert.equal(node2.unseal('session-token', token), undefined)
  assert.equal(
    (await made.open()).keys[0]?.retiredAt?.getTime(),
    ring.keys[0]?.retiredAt?.getTime(),
  )
})

test('a new key seals when every node knows it, or when it is the only one left', async () => {
  await using made = await rings()
  const { ring, clock } = made
  clock.pass(60)
  const node2 = await made.open()
  await ring.rotate()
  assert.deepEqual(node2.unseal('session-token', ring.seal('session-token', text)), text)
  assert.equal(ring.sealing, ring.keys[0]!.id)
  clock.pass(30)
  await node2.refresh()
  assert.deepEqual(node2.unseal('session-token', ring.seal('session-token', text)), text)
  assert.equal(ring.sealing, ring.keys[1]!.id)
  await ring.rotate()
  for (const { id } of ring.keys.slice(0, -1)) await ring.retire(id)
  assert.equal(ring.sealing, ring.keys[2]!.id)
})

test('nodes that begin at once share one ring and one secret', async () => {
  await using made = await empty()
  const nodes = await Promise.all([made.open(), made.open(), made.open()])
  const { documents } = made.store
  const secrets = await Promise.all(
    nodes.map((ring) => keptSecret({ documents, ring, ids: new Ids() }, cookieSecret)),
  )
  assert.equal(new Set(secrets).size, 1)
  for (const { keys } of nodes) assert.deepEqual(keys, nodes[0]!.keys)
})

test('a secret under a key that this node does not know yet is read, not replaced', async () => {
  await using made = await rings()
  const node2 = await made.open()
  await made.ring.rotate()
  await made.ring.retire(made.ring.keys[0]!.id)
  const { documents } = made.store
  const secretOf = (ring: KeyRing) => keptSecret({ documents, ring, ids: new Ids() }, cookieSecret)
  const secret = await secretOf(made.ring)
  assert.equal(await secretOf(node2), secret)
})

test('the newest key and one that is not there are not retired', async () => {
  await using made = await rings()
  await assert.rejects(
    made.ring.retire(made.ring.keys[0]!.id),
    /is the newest, which seals: rotate first/,
  )
  await assert.rejects(made.ring.retire('nokey'), /has no key `nokey`/)
  assert.equal(made.ring.keys[0]?.retiredAt, undefined)
})

test('a key is retired by itself only when no token of it can live', async () => {
  await using made = await rings()
  const { ring, clock } = made
  const token = ring.seal('session-token', text)
  await ring.rotate()
  clock.pass(36 * 3600)
  await ring.rotate()
  assert.deepEqual(ring.unseal('session-token', token), text, 'the longest session may live')
  clock.pass(2 * 3600)
  await ring.rotate()
  assert.equal(ring.unseal('session-token', token), undefined)
})

test('keys rotate when they are due, and a look that fails is told and tried again', async () => {
  await using made = await rings()
  const { ring, clock } = made
  const said: string[] = []
  let signing = 0
  const look = (refresh = () => ring.refresh()) =>
    lookAtKeys({
      ring: {
        get keys() {
          return ring.keys
        },
        refresh,
        rotate: () => ring.rotate(),
      },
      signingKeys: {
        rotate: async () => {
          signing++
          return []
        },
      },
      upstreamKeys: { list: async () => [], rotate: async () => [] },
      appKeys: { list: async () => [], rotate: async () => [] },
      clock,
      log: (event) => said.push(event),
      rotateEverySeconds: 86_400,
    })
  await look()
  assert.equal(ring.keys.length, 1)
  clock.pass(86_400)
  await look()
  await look()
  assert.deepEqual([ring.keys.length, signing, said], [2, 1, ['keys-rotated']])
  await look(() => Promise.reject(new Error('away')))
  assert.deepEqual(said, ['keys-rotated', 'keys-failed'])
})
