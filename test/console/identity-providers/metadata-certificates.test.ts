import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metadataCertificates } from '../../../src/console/identity-providers/metadata-certificates.ts'
import { makeKey } from '../../connectors/saml/identity-provider.ts'
import { idpMetadata } from '../../connectors/saml/idp-metadata.ts'

const key = makeKey(new Date('2030-01-01T00:00:00Z'))
const metadata = idpMetadata(key)

test('a certificate is told once for each use, with its end', () => {
  const [one, ...more] = metadataCertificates(metadata)
  assert.deepEqual(more, [])
  assert.equal(one!.use, undefined)
  assert.match(one!.fingerprint, /^[0-9a-f]{64}$/)
  assert.ok(one!.ends instanceof Date)
  const signing = idpMetadata(key, '', 'signing')
  assert.equal(metadataCertificates(signing)[0]!.use, 'signing')
  const twice = `${signing}${signing}${idpMetadata(key, '', 'encryption')}`
  assert.deepEqual(
    metadataCertificates(twice).map(({ use }) => use),
    ['signing', 'encryption'],
  )
})

test('what stands in a comment or is no certificate is left out', () => {
  const descriptor = /<md:KeyDescriptor.*<\/md:KeyDescriptor>/s.exec(metadata)![0]
  assert.deepEqual(metadataCertificates(`<a><!-- ${descriptor} --></a>`), [])
  const wrong = descriptor.replace(/<ds:X509Certificate>[^<]*/, '<ds:X509Certificate>AAAA')
  assert.deepEqual(metadataCertificates(wrong), [])
  assert.deepEqual(metadataCertificates(''), [])
})

test('hostile text takes no time', () => {
  for (const piece of ['<KeyDescriptor', '<KeyDescriptor><X509Certificate>', '<!--', '<a:'])
    assert.deepEqual(metadataCertificates(piece.repeat(100_000 / piece.length)), [])
})
