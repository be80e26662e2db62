import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metadataLimits, pemKeys, readIdpMetadata } from '../../../src/connectors/saml/metadata.ts'
import { ownMetadata } from '../../../src/connectors/saml/own-metadata.ts'
import { parseXml } from '../../../src/connectors/saml/parse-xml.ts'
import { samlSettings } from '../../../src/connectors/saml/settings.ts'
import { signedXml } from '../../../src/connectors/saml/sign.ts'
import { openIdpSource } from '../../../src/connectors/saml/transport.ts'
import { movableClock } from '../../conformance/ephemeral.ts'
import { idpEntity, makeKey } from './identity-provider.ts'
import { idpMetadata } from './idp-metadata.ts'

const now = new Date()
const [key, next, federation] = [makeKey(now), makeKey(now), makeKey(now)]
const read = (text: string, more = {}) => readIdpMetadata(text, { now, ...more })

test('a key without use serves for signing, and comments are left out', () => {
  const metadata = read(idpMetadata(key))
  assert.equal(metadata.entityId, idpEntity)
  assert.deepEqual(metadata.keys.map(({ fingerprint }) => fingerprint), [key.fingerprint])
  assert.deepEqual(metadata.signOn, { redirect: 'https://idp.example.com/sso' })
  assert.deepEqual(metadata.logout, { redirect: 'https://idp.example.com/slo', redirectAnswer: 'https://idp.example.com/slo/done' })
})

test('refused: no signing key, expiry, DTDs, other entities, addresses of no web, SAML 1 alone', () => {
  const refused = (text: string, more = {}) => assert.throws(() => read(text, more), { name: 'SamlFault' })
  refused(idpMetadata(key, '', 'encryption'))
  refused(idpMetadata(key, `validUntil="${new Date(now.getTime() - 1000).toISOString()}"`))
  refused(`<!DOCTYPE x [<!ENTITY e "x">]>${idpMetadata(key).slice(38)}`)
  refused(idpMetadata(key), { entityId: 'https://other.example.com' })
  refused(idpMetadata(key).replace('https://idp.example.com/sso', 'javascript:alert(1)'))
  refused(idpMetadata(key).replace('urn:oasis:names:tc:SAML:2.0:protocol', 'urn:oasis:names:tc:SAML:1.1:protocol'))
})

test('where metadata have to be signed, only the right signature counts', () => {
  const signedBy = pemKeys(federation.x509.toString())
  const bare = idpMetadata(key).replace(/<\?xml.*?\n<!--.*?-->\n/s, '')
  assert.equal(read(signedXml(bare, federation, undefined, metadataLimits), { signedBy }).entityId, idpEntity)
  assert.throws(() => read(bare, { signedBy }), { check: 'signature' })
  assert.throws(() => read(signedXml(bare, next, undefined, metadataLimits), { signedBy }), { check: 'signing-key' })
  assert.throws(() => read(signedXml(bare, federation, undefined, metadataLimits).replace('idp.example.com/sso', 'evil.example.com/sso'), { signedBy }), { check: 'digest' })
})

test('metadata of an address are asked for again, a rolled key is taken up, and the last good answer is kept until it expires', async () => {
  const clock = movableClock(now)
  let answer: () => Promise<{ status: number; headers: Record<string, string>; body: Buffer }> = () => Promise.reject(new Error('down'))
  const logged: string[] = []
  const { idp } = samlSettings.parse({ label: 'x', accounts: ['111122223333'], idp: { metadataUrl: 'https://idp.example.com/metadata' } })
  await using source = await openIdpSource(idp, { clock, outbound: { get: () => answer() }, log: (event) => void logged.push(event) })
  assert.throws(() => source.current(), { check: 'metadata' })
  const good = (text: string) => async () => ({ status: 200, headers: {}, body: Buffer.from(text) })
  answer = good(idpMetadata(key, `validUntil="${new Date(now.getTime() + 100_000).toISOString()}"`))
  await source.refresh()
  assert.equal(source.current().keys[0]?.fingerprint, key.fingerprint)
  for (const bad of [good('<html/>'), good(idpMetadata(key, '', 'encryption')), async () => ({ status: 500, headers: {}, body: Buffer.alloc(0) })]) {
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
  const xml = ownMetadata({ entityId: 'https://sso.example.com/saml/corp', acs: 'https://sso.example.com/saml/corp/acs', logout: 'https://sso.example.com/saml/corp/slo' }, [key, next], true)
  assert.equal(parseXml(xml).localName, 'EntityDescriptor')
  assert.equal(xml.split(key.certificate).length, 3)
})
