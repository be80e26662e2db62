import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEntityMetadata } from '../../../src/connectors/saml/entity-metadata.ts'
import { isSmall, readInThread } from '../../../src/connectors/saml/metadata-thread.ts'
import { selfSigned } from '../../../src/credentials/self-signed.ts'
import { NoPlace } from '../../../src/kernel/places.ts'
import { makeKey } from './identity-provider.ts'
import { idpMetadata } from './idp-metadata.ts'

const key = makeKey(new Date())
const padded = (fill: string) =>
  idpMetadata(key).replace(
    '<md:IDPSSODescriptor',
    `<md:Extensions>${fill}</md:Extensions><md:IDPSSODescriptor`,
  )
let documents = 0
/** Another one each time, so that none is cached. */
const hostile = (elements: number) =>
  padded(`${documents++}${'<x xmlns="u" a="b"/>'.repeat(elements)}`)

test('a large document is read once, while other work runs', async () => {
  const text = hostile(9500)
  let turns = 0
  const busy = setInterval(() => turns++, 1)
  const [one, other] = await Promise.all([
    readEntityMetadata(text, 'sent'),
    readEntityMetadata(text, 'sent'),
  ])
  clearInterval(busy)
  assert.equal(one, other, 'two who ask at once share the work')
  assert.ok(turns > 2, `${turns} turns`)
  assert.equal(await readEntityMetadata(text, 'sent'), one)
  assert.equal(await readEntityMetadata(text), one, 'what was sent is known once it is stored')
  assert.ok(one.keys[0]!.key.equals((await readEntityMetadata(idpMetadata(key))).keys[0]!.key))
})

test('a short document of many tags is not read at once', () => {
  assert.ok(isSmall(padded('x'.repeat(30_000))))
  assert.ok(!isSmall(padded('x'.repeat(40_000))))
  for (const tag of ['<a/>', '<!---->', '<a></a>']) {
    const text = padded(tag.repeat(4000))
    assert.ok(text.length < 40_000)
    assert.ok(!isSmall(text), tag)
    assert.ok(!isSmall(Buffer.from(text)), tag)
  }
})

test('few large documents wait, and those that are stored have a queue of their own', async () => {
  const reading = Array.from({ length: 5 }, () => readEntityMetadata(hostile(3000), 'sent'))
  const stored = readEntityMetadata(hostile(3000))
  const outcomes = await Promise.allSettled(reading)
  const refused = outcomes.filter((one) => one.status === 'rejected')
  assert.equal(refused.length, 2, 'one is read and two wait')
  for (const { reason } of refused) assert.ok(reason instanceof NoPlace)
  assert.ok((await stored).entityId)
  assert.ok((await readEntityMetadata(hostile(3000), 'sent')).entityId, 'the places are free again')
})

test('new documents have lower limits than those of former releases', async () => {
  for (const text of [hostile(10_000), padded('x'.repeat(1_000_000))]) {
    await assert.rejects(readEntityMetadata(text, 'sent'), { name: 'SamlFault', check: 'size' })
    assert.ok((await readEntityMetadata(text)).entityId)
  }
  await assert.rejects(readEntityMetadata(hostile(40_000)), { name: 'SamlFault', check: 'size' })
  await assert.rejects(readEntityMetadata(padded('x'.repeat(10_000_000))), { check: 'size' })
})

test('a document that needs too much memory ends its own thread alone', async () => {
  await assert.rejects(
    readInThread({ text: hostile(39_000), expected: { now: new Date() } }, { heapMegabytes: 20 }),
    { name: 'SamlFault', message: 'reading the metadata took too much memory' },
  )
})

test('an identity provider has fifty signing keys at most', async () => {
  const descriptor = /<md:KeyDescriptor.*<\/md:KeyDescriptor>/s.exec(idpMetadata(key))![0]
  const many = (count: number) => {
    const keys = Array.from({ length: count }, (_, at) => {
      const until = new Date(Date.now() + 1e9)
      const serial = Buffer.from([1, at])
      const { raw } = selfSigned(key.key, { commonName: 'x', from: new Date(), until, serial })
      return descriptor.replace(/(?<=<ds:X509Certificate>)[^<]*/, raw.toString('base64'))
    })
    return idpMetadata(key).replace(descriptor, keys.join(''))
  }
  await assert.rejects(readEntityMetadata(many(51)), { check: 'metadata', message: /50 signing/ })
  assert.equal((await readEntityMetadata(many(50))).keys.length, 50)
})
