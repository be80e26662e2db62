import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { ns } from '../../../src/connectors/saml/elements.ts'
import { metadataLimits, readIdpMetadata } from '../../../src/connectors/saml/metadata.ts'
import { pemKeys } from '../../../src/connectors/saml/metadata-keys.ts'
import { ownMetadata } from '../../../src/connectors/saml/own-metadata.ts'
import { parseXml } from '../../../src/connectors/saml/parse-xml.ts'
import { readFeed } from '../../../src/connectors/saml/read-feed.ts'
import { samlSettings } from '../../../src/connectors/saml/settings.ts'
import { signedXml } from '../../../src/connectors/saml/sign.ts'
import { openIdpSource } from '../../../src/connectors/saml/transport.ts'
import { selfSigned } from '../../../src/credentials/self-signed.ts'
import { movableClock } from '../../conformance/ephemeral.ts'
import { idpEntity, makeKey } from './identity-provider.ts'
import { idpMetadata } from './idp-metadata.ts'

const now = new Date()
const [key, next, federation] = [makeKey(now), makeKey(now), makeKey(now)]
const read = (text: string, more = {}) => readIdpMetadata(text, { now, ...more })

test('a key without use serves for signing, and comments are left out', () => {
  const metadata = read(idpMetadata(key))
  assert.equal(metadata.entityId, idpEntity)
  assert.deepEqual(
    metadata.keys.map(({ fingerprint }) => fingerprint),
    [key.fingerprint],
  )
  assert.deepEqual(metadata.signOn, { redirect: 'https://idp.example.com/sso' })
  assert.deepEqual(metadata.logout, {
    redirect: 'https://idp.example.com/slo',
    redirectAnswer: 'https://idp.example.com/slo/done',
  })
})

test('refused: no signing key, expiry, DTDs, other entities, non-web URLs, SAML 1 only', () => {
  const refused = (text: string, more = {}) =>
    assert.throws(() => read(text, more), { name: 'SamlFault' })
  refused(idpMetadata(key, '', 'encryption'))
  refused(idpMetadata(key, `validUntil="${new Date(now.getTime() - 1000).toISOString()}"`))
  refused(`<!DOCTYPE x [<!ENTITY e "x">]>${idpMetadata(key).slice(38)}`)
  refused(idpMetadata(key), { entityId: 'https://other.example.com' })
  refused(idpMetadata(key).replace('https://idp.example.com/sso', 'javascript:alert(1)'))
  refused(
    idpMetadata(key).replace(
      'urn:oasis:names:tc:SAML:2.0:protocol',
      'urn:oasis:names:tc:SAML:1.1:protocol',
    ),
  )
})

test('where metadata have to be signed, only the right signature counts', () => {
  const signedBy = pemKeys(federation.x509.toString())
  const bare = idpMetadata(key).replace(/<\?xml.*?\n<!--.*?-->\n/s, '')
  assert.equal(
    read(signedXml(bare, federation, undefined, metadataLimits), { signedBy }).entityId,
    idpEntity,
  )
  assert.throws(() => read(bare, { signedBy }), { check: 'signature' })
  assert.throws(() => read(signedXml(bare, next, undefined, metadataLimits), { signedBy }), {
    check: 'signing-key',
  })
  assert.throws(
    () =>
      read(
        signedXml(bare, federation, undefined, metadataLimits).replace(
          'idp.example.com/sso',
          'evil.example.com/sso',
        ),
        { signedBy },
      ),
    { check: 'digest' },
  )
})

test('metadata are fetched again, take up new keys, and are kept until they expire', async () => {
  const clock = movableClock(now)
  let answer: () => Promise<{ status: number; headers: Record<string, string>; body: Buffer }> =
    () => Promise.reject(new Error('down'))
  const logged: string[] = []
  const { idp } = samlSettings.parse({
    label: 'x',
    accounts: ['111122223333'],
    idp: { metadataUrl: 'https://idp.example.com/metadata' },
  })
  await using source = await openIdpSource(idp, {
    clock,
    outbound: { get: () => answer() },
    log: (event) => void logged.push(event),
  })
  assert.throws(() => source.current(), { check: 'metadata' })
  const good = (text: string) => async () => ({ status: 200, headers: {}, body: Buffer.from(text) })
  answer = good(idpMetadata(key, `validUntil="${new Date(now.getTime() + 100_000).toISOString()}"`))
  await source.refresh()
  assert.equal(source.current().keys[0]?.fingerprint, key.fingerprint)
  for (const bad of [
    good('<html/>'),
    good(idpMetadata(key, '', 'encryption')),
    async () => ({ status: 500, headers: {}, body: Buffer.alloc(0) }),
  ]) {
    answer = bad
    await assert.rejects(source.refresh())
    assert.equal(source.current().keys[0]?.fingerprint, key.fingerprint)
  }
  clock.pass(101)
  assert.throws(() => source.current(), { check: 'metadata' })
  answer = good(idpMetadata(next))
  await source.refresh()
  assert.equal(source.current().keys[0]?.fingerprint, next.fingerprint)
  assert.deepEqual(logged, ['saml.metadata-kept', 'saml.metadata-ends'])
})

test('our own metadata are well-formed and name every key twice', () => {
  const xml = ownMetadata(
    {
      entityId: 'https://sso.example.com/saml/corp',
      acs: 'https://sso.example.com/saml/corp/acs',
      logout: 'https://sso.example.com/saml/corp/slo',
    },
    [key, next],
    { signRequests: true, secondReader: 'passport-saml' },
  )
  assert.equal(parseXml(xml).localName, 'EntityDescriptor')
  assert.equal(xml.split(key.certificate).length, 3)
  assert.match(xml, /use="encryption">.*<md:EncryptionMethod Algorithm="[^"]*aes256-gcm"/)
  assert.doesNotMatch(xml, /EncryptionMethod.*use="signing"/, 'signing keys name none')
  assert.match(xml, /cacheDuration="PT6H">/, 'no end, unless the settings give one')
  const ends = { entityId: 'a', acs: 'b', logout: 'c', validUntil: now }
  const alone = ownMetadata(ends, [key], { signRequests: true, secondReader: 'off' })
  assert.match(alone, new RegExp(`validUntil="${now.toISOString()}"`))
  const unreadable = /xmlenc11#rsa-oaep/
  assert.match(alone, unreadable)
  assert.doesNotMatch(xml, unreadable, 'the second reader could not open it')
})

/** Metadata with several KeyInfo contents, one KeyDescriptor each. */
function withKeys(...contents: readonly string[]): string {
  const descriptors = contents
    .map((one) => `<md:KeyDescriptor><ds:KeyInfo>${one}</ds:KeyInfo></md:KeyDescriptor>`)
    .join('')
  return idpMetadata(key).replace(/<md:KeyDescriptor>.*<\/md:KeyDescriptor>/s, descriptors)
}
const certificateXml = (base64: string) =>
  `<ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data>`

test('an unfit key is left out and told; metadata with no other one are refused', () => {
  const { privateKey: weakKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const weak = selfSigned(weakKey, {
    commonName: 'weak',
    from: now,
    until: new Date(now.getTime() + 86_400_000),
    serial: Buffer.from([1]),
  }).raw.toString('base64')
  const unfit = [certificateXml(weak), certificateXml('AAAA'), certificateXml('<x/>')]
  const metadata = read(withKeys(...unfit, certificateXml(next.certificate)))
  assert.deepEqual(
    metadata.keys.map(({ fingerprint }) => fingerprint),
    [next.fingerprint],
  )
  assert.equal(metadata.unfitKeys.length, 3)
  assert.match(metadata.unfitKeys[0]!, /too weak.*rsa 1024/)
  assert.throws(() => read(withKeys(...unfit)), { check: 'metadata' })
})

test('bare keys count where there is no certificate', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey
  const rsa = createPublicKey(key.key)
  const { n, e } = rsa.export({ format: 'jwk' })
  const { x, y } = ec.export({ format: 'jwk' })
  const plain = (text = '') => Buffer.from(text, 'base64url').toString('base64')
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x!, 'base64url')])
  const whole = Buffer.concat([point, Buffer.from(y!, 'base64url')]).toString('base64')
  const dsig11 = 'xmlns:d="http://www.w3.org/2009/xmldsig11#"'
  const rsaValue = (exponent: string) =>
    `<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>${plain(n)}</ds:Modulus>` +
    `<ds:Exponent>${exponent}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>`
  const ecValue = (curve: string) =>
    `<ds:KeyValue><d:ECKeyValue ${dsig11}><d:NamedCurve URI="${curve}"/>` +
    `<d:PublicKey>${whole}</d:PublicKey></d:ECKeyValue></ds:KeyValue>`
  const der = rsa.export({ type: 'spki', format: 'der' }).toString('base64')
  const found = read(
    withKeys(
      rsaValue(plain(e)),
      ecValue('urn:oid:1.2.840.10045.3.1.7'),
      `<d:DEREncodedKeyValue ${dsig11}>${der}</d:DEREncodedKeyValue>`,
      rsaValue('AQ=='),
      ecValue('urn:oid:1.3.132.0.34'),
      ecValue('urn:oid:1.2'),
    ),
  )
  assert.equal(found.keys.length, 2, 'one key told twice is one')
  assert.ok(found.keys[0]!.key.equals(rsa) && found.keys[1]!.key.equals(ec))
  assert.equal(found.unfitKeys.length, 3)
})

const entity = (id: string) =>
  idpMetadata(key)
    .replace(/<\?xml.*?-->\n/s, '')
    .replace(/ID="_m1" entityID="[^"]*"/, `entityID="${id}"`)
const feed = (content: string, attributes = '') =>
  `<md:EntitiesDescriptor xmlns:md="${ns.md}"${attributes}>${content}</md:EntitiesDescriptor>`

test('every `validUntil` above an entity counts', () => {
  const past = ` validUntil="${new Date(now.getTime() - 1000).toISOString()}"`
  const nested = (attributes: string) => feed(feed(entity('a'), attributes) + entity('b'))
  assert.throws(() => read(nested(past), { entityId: 'a' }), /expired/)
  assert.equal(read(nested(past), { entityId: 'b' }).entityId, 'b')
  assert.throws(() => read(feed(entity('a'), past)), /expired/)
})

test('one entity of a large feed is read while other work runs', async () => {
  const many = Array.from({ length: 4000 }, (_, at) => entity(`https://idp.example.com/${at}`))
  const bytes = Buffer.from(`<?xml version="1.0"?>${feed(many.join(''))}`)
  let turns = 0
  const busy = setInterval(() => turns++, 1)
  const expected = { now, entityId: 'https://idp.example.com/1234', maxBytes: 20_000_000 }
  const source = async () => Buffer.from(bytes)
  const found = await readFeed(source, expected)
  clearInterval(busy)
  assert.equal(found.entityId, expected.entityId)
  assert.ok(turns > 2, `${turns} turns`)
  await assert.rejects(readFeed(source, { ...expected, entityId: 'x' }), { check: 'metadata' })
  await assert.rejects(readFeed(source, { ...expected, maxBytes: 1_000_000 }), { check: 'size' })
  const broken = Buffer.from(bytes.toString().replace('</md:EntityDescriptor>', ''))
  await assert.rejects(
    readFeed(async () => broken, expected),
    { check: 'xml' },
  )
})
