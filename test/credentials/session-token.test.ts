import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SessionClaims, SessionLayer } from '../../src/credentials/claims.ts'
import { loadKeyRing } from '../../src/credentials/key-ring.ts'
import {
  packedSizePercent,
  sealSession as sealOrNot,
  unsealSession,
} from '../../src/credentials/session-token.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { movableClock } from '../conformance/ephemeral.ts'

const ids = new Ids()
const rootKey = randomBytes(32)
const claims: SessionClaims = {
  kind: 'role',
  partition: 'aws',
  account: '111122223333',
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 's'.repeat(40),
  issuedAt: new Date('2026-11-24T10:00:00Z'),
  expiresAt: new Date('2026-11-24T11:00:00Z'),
  name: 'amina',
  role: { name: 'Developer', path: '/', id: 'AROAX' },
  layers: [{ inline: ['{"é":1}'], arns: [] }],
  tags: [{ Key: 'team', Value: 'x' }],
  transitiveTagKeys: ['team'],
  sourceIdentity: 'amina',
  mfaAt: new Date('2026-11-24T09:00:00Z'),
  chained: false,
}
function sealSession(...given: Parameters<typeof sealOrNot>): string {
  const token = sealOrNot(...given)
  assert.ok(token)
  return token
}
async function ring(key = rootKey) {
  const clock = movableClock()
  const store = await openSqliteStore({ path: ':memory:', clock })
  const open = () => loadKeyRing({ documents: store.documents, rootKey: key, clock, ids })
  return {
    clock,
    store,
    open,
    ring: await open(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

test('a token carries its claims', async () => {
  await using made = await ring()
  const token = sealSession(made.ring, claims)
  assert.match(token, /^ghs1\.[\w-]{8}\.[\w-]+$/)
  assert.deepEqual(unsealSession(made.ring, token), claims)
  const big = { ...claims, layers: [{ inline: ['x'.repeat(2048)], arns: [] }] }
  assert.deepEqual(unsealSession(made.ring, sealSession(made.ring, big)), big)
})

test('a token that was altered, cut or lengthened anywhere does not open', async () => {
  await using made = await ring()
  const token = sealSession(made.ring, claims)
  for (let end = 0; end < token.length; end++)
    assert.equal(unsealSession(made.ring, token.slice(0, end)), undefined)
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (i, c) => {
      fc.pre(token[i] !== c)
      return unsealSession(made.ring, token.slice(0, i) + c + token.slice(i + 1)) === undefined
    }),
  )
  for (const more of ['=', 'A', ' ', '\n', '.'])
    assert.equal(unsealSession(made.ring, token + more), undefined)
})

test('a token of another ring, or another purpose, does not open', async () => {
  await using one = await ring()
  await using other = await ring()
  assert.equal(unsealSession(other.ring, sealSession(one.ring, claims)), undefined)
  assert.equal(
    unsealSession(one.ring, `ghs1.${one.ring.seal('access-key-secret', Buffer.from('x'))}`),
    undefined,
  )
  assert.equal(
    one.ring.unseal('access-key-secret', one.ring.seal('browser-cookie', Buffer.from('x'))),
    undefined,
  )
})

test('after a rotation old tokens open, and new ones carry the new key', async () => {
  await using made = await ring()
  const old = sealSession(made.ring, claims)
  const node2 = await made.open()
  await Promise.all([made.ring.rotate(), node2.rotate()])
  made.clock.pass(31)
  const fresh = sealSession(made.ring, claims)
  assert.notEqual(fresh.split('.')[1], old.split('.')[1])
  await node2.refresh()
  assert.equal(node2.keys.length, 3)
  assert.deepEqual(unsealSession(node2, fresh), claims)
  assert.deepEqual(unsealSession(await made.open(), old), claims)
})

test('the wrong root key is refused, not answered with a new ring', async () => {
  await using made = await ring()
  await assert.rejects(
    loadKeyRing({
      documents: made.store.documents,
      rootKey: randomBytes(32),
      clock: systemClock,
      ids,
    }),
    /root key is not the one/,
  )
})

test('at 100 % packed size a token stays under 6 KiB', async () => {
  await using made = await ring()
  const tags = (n: number) =>
    Array.from({ length: n }, (_, i) => ({
      Key: `k${i}`,
      Value: randomBytes(40).toString('base64'),
    }))
  let n = 1
  while (packedSizePercent([], tags(n + 1)) <= 100) n++
  assert.ok(n > 10)
  const token = sealSession(made.ring, { ...claims, layers: [], tags: tags(n) })
  assert.ok(token.length < 6 * 1024, `${token.length} characters`)
  assert.equal(packedSizePercent([], []), 0)
})

test('the packed size never falls when policies or tags grow', () => {
  const text = fc.string({ maxLength: 2000, unit: 'grapheme' })
  const layer = fc.record({
    inline: fc.array(text, { maxLength: 3 }),
    arns: fc.array(text, { maxLength: 3 }),
  })
  const tag = fc.record({ Key: text, Value: text })
  const insertedAt = (whole: string, more: string, at: number) =>
    whole.slice(0, at % (whole.length + 1)) + more + whole.slice(at % (whole.length + 1))
  fc.assert(
    fc.property(
      fc.array(layer, { minLength: 1, maxLength: 3 }),
      fc.array(tag, { maxLength: 50 }),
      fc.string({ minLength: 1, maxLength: 300 }),
      fc.nat(),
      (layers, tags, more, at) => {
        const before = packedSizePercent(layers, tags)
        const [{ inline, arns }, ...others] = layers as unknown as readonly [
          SessionLayer,
          ...SessionLayer[],
        ]
        const [first = '', ...rest] = inline
        const grown = [
          [[{ inline: [insertedAt(first, more, at), ...rest], arns }, ...others], tags],
          [[{ inline: [...inline, more], arns }, ...others], tags],
          [[{ inline, arns: [...arns, more] }, ...others], tags],
          [[...layers, { inline: [more], arns: [] }], tags],
          [layers, [...tags, { Key: more, Value: '' }]],
        ] as const
        for (const [bigger, moreTags] of grown)
          assert.ok(packedSizePercent(bigger, moreTags) >= before)
      },
    ),
  )
})

test('a policy that grows by statements takes more and more, past what is compressed', () => {
  const sizes = Array.from({ length: 20 }, (_, n) => {
    const Statement = Array.from({ length: n + 1 }, () => ({
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::photos/*',
    }))
    return packedSizePercent([{ inline: [JSON.stringify({ Statement })], arns: [] }], [])
  })
  assert.deepEqual(
    sizes,
    sizes.toSorted((a, b) => a - b),
  )
  assert.ok(new Set(sizes).size > 10)
})

test('what no token can hold is not sealed, however well it packs', async () => {
  await using made = await ring()
  const narrowedBy = (characters: number) => ({
    ...claims,
    narrowed: { layers: [{ inline: ['x'.repeat(characters)], arns: [] }] },
  })
  assert.deepEqual(
    unsealSession(made.ring, sealSession(made.ring, narrowedBy(60_000))),
    narrowedBy(60_000),
  )
  assert.equal(sealOrNot(made.ring, narrowedBy(66_000)), undefined)
  assert.equal(
    sealOrNot(made.ring, {
      ...claims,
      layers: [{ inline: [randomBytes(9000).toString('base64')], arns: [] }],
    }),
    undefined,
  )
})
