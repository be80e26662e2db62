import assert from 'node:assert/strict'
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { loadKeyRing } from '../../src/credentials/key-ring.ts'
import { createSigningKeys, type SigningKeys } from '../../src/credentials/signing-keys.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { movableClock } from '../conformance/ephemeral.ts'

/** Nodes on one store; each has read the ring for itself. */
async function nodes() {
  const clock = movableClock()
  const ids = new Ids()
  const store = await openSqliteStore({ path: ':memory:', clock })
  const open = async () => {
    const ring = await loadKeyRing({
      documents: store.documents,
      rootKey: Buffer.alloc(32, 3),
      clock,
      ids,
    })
    return { ring, ...createSigningKeys({ documents: store.documents, ring, clock, ids }) }
  }
  return {
    store,
    one: await open(),
    two: await open(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

/** Whether the keys that are published now verify a token of ES384. */
async function verified(jwt: string, { published }: SigningKeys): Promise<boolean> {
  const [head = '', body = '', signature = ''] = jwt.split('.')
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string }
  const jwk = (await published()).keys.find((one: JsonWebKey) => one.kid === kid)
  return (
    jwk !== undefined &&
    verify(
      'sha384',
      Buffer.from(`${head}.${body}`),
      { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
  )
}

test('keys are listed with what they do; the newest of an algorithm signs', async () => {
  await using made = await nodes()
  const { one, two } = made
  assert.deepEqual(await one.list(), [])
  const told = async () => (await two.list()).map(({ algorithm, signs }) => `${algorithm} ${signs}`)
  await one.sign('ES384', {})
  assert.deepEqual(await told(), ['RS256 true', 'ES384 true'])
  await one.rotate()
  assert.deepEqual(await told(), ['RS256 false', 'ES384 false', 'RS256 true', 'ES384 true'])
  assert.deepEqual(
    (await two.list()).map(({ id }) => id),
    (await one.published()).keys.map(({ kid }) => kid),
  )
})

test('a retired key is published on no node, and its private half is gone', async () => {
  await using made = await nodes()
  const { one, two } = made
  const before = await one.sign('ES384', {})
  const [rsa, ec] = await one.list()
  await one.rotate()
  assert.equal(await verified(before, two), true)
  await two.retire(ec!.id)
  assert.equal(await verified(before, one), false)
  assert.deepEqual(
    (await one.list()).map(({ id }) => id).includes(rsa!.id),
    true,
    'the other algorithm has a key of its own',
  )
  assert.ok(!(await made.store.documents.read('signing-keys'))!.text.includes(ec!.id))
  assert.equal(await verified(await one.sign('ES384', {}), two), true)
})

test('the newest of an algorithm and one that is not there are not retired', async () => {
  await using made = await nodes()
  const { one, two } = made
  await one.sign('ES384', {})
  for (const { id, algorithm } of await one.list()) {
    await assert.rejects(two.retire(id), {
      name: 'RangeError',
      message: `key \`${id}\` is the newest that signs ${algorithm}: rotate first`,
    })
  }
  await assert.rejects(two.retire('nokey'), {
    name: 'RangeError',
    message: 'there is no signing key `nokey`',
  })
  assert.equal((await one.list()).length, 2)
})

test('a node signs on when another rotated the ring and the keys under it', async () => {
  await using made = await nodes()
  const { one, two } = made
  await one.sign('ES384', {})
  await two.ring.rotate()
  await two.rotate()
  assert.equal(await verified(await one.sign('ES384', {}), two), true)
})

test('signers are every published key, the newest first, and sign as published', async () => {
  await using made = await nodes()
  const { one, two } = made
  const first = (await one.signers()).map(({ id }) => id)
  assert.equal(first.length, 2, 'made at the first use')
  await two.rotate()
  const signers = await one.signers()
  assert.deepEqual(
    signers.map(({ algorithm }) => algorithm),
    ['ES384', 'RS256', 'ES384', 'RS256'],
  )
  assert.deepEqual(
    signers.slice(2).map(({ id }) => id),
    first,
  )
  const data = Buffer.from('signed')
  for (const { id, algorithm, publicKey, sign } of signers) {
    const jwk = (await two.published()).keys.find(({ kid }) => kid === id)!
    const hash = algorithm === 'RS256' ? 'sha256' : 'sha384'
    for (const key of [publicKey, createPublicKey({ key: jwk, format: 'jwk' })])
      assert.ok(verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, await sign(data)), id)
    assert.equal(publicKey.type, 'public')
  }
})
