import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { subjectOf } from '../../../src/connectors/saml/condition-keys.ts'
import type { Expectations } from '../../../src/connectors/saml/conditions.ts'
import { decodePosted, decodeRedirected } from '../../../src/connectors/saml/decode-message.ts'
import { samlIdentity } from '../../../src/connectors/saml/identity.ts'
import { proveResponse } from '../../../src/connectors/saml/response.ts'
import { type SamlCheck, SamlFault } from '../../../src/connectors/saml/saml-fault.ts'
import { samlSettings } from '../../../src/connectors/saml/settings.ts'
import {
  acs,
  assertionXml,
  bearer,
  encryptedAssertion,
  idpEntity,
  makeKey,
  responseXml,
  signedPart,
  signedResponse,
  spEntity,
  type Told,
  trusting,
} from './identity-provider.ts'

const now = new Date('2026-03-01T10:00:00Z')
const key = makeKey(now)
const other = makeKey(now)
const own = makeKey(now, 'sso.example.com')
const trust = trusting([key])
const expected: Expectations = {
  now,
  skewSeconds: 60,
  issuer: idpEntity,
  audiences: [spEntity],
  recipients: [acs],
}
const minutes = (count: number) => new Date(now.getTime() + count * 60_000)

function refused(check: SamlCheck, xml: string, more: Partial<Expectations> = {}, trusted = trust) {
  assert.throws(
    () => proveResponse(xml, trusted, { ...expected, ...more }),
    (error) =>
      (error instanceof SamlFault && error.check === check) ||
      assert.fail(String(error instanceof SamlFault ? error.detail : error)),
  )
}

for (const what of ['assertion', 'response', 'both'] as const) {
  test(`an honest response is proved when its ${what} is signed`, () => {
    const proof = proveResponse(
      signedResponse(now, key, { inResponseTo: '_q', sessionEndsAt: minutes(60) }, what),
      trust,
      expected,
    )
    assert.equal(proof.assertion.subject?.nameId, 'alice')
    assert.deepEqual(proof.assertion.attributes.get('groups'), ['devs', 'ops'])
    assert.equal(proof.signed, what === 'assertion' ? 'assertion' : 'response')
    assert.equal(proof.inResponseTo, '_q')
    assert.equal(proof.recipient, acs)
    assert.equal(proof.signedBy, key.fingerprint)
    assert.deepEqual(proof.assertion.sessionEndsAt, minutes(60))
    assert.deepEqual(proof.replayableUntil, new Date(now.getTime() + 361_000))
  })
}

test('any of several keys may sign, so that a key can be rolled over', () => {
  assert.equal(
    proveResponse(signedResponse(now, other), trusting([key, other]), expected).signedBy,
    other.fingerprint,
  )
})

for (const content of ['aes128-cbc', 'aes256-cbc', 'aes128-gcm', 'aes256-gcm'] as const) {
  for (const signed of ['inside', 'around'] as const) {
    test(`an assertion under ${content} is opened, signed ${signed}`, () => {
      const assertion = assertionXml(now)
      const sealed = encryptedAssertion(
        signed === 'inside' ? signedPart(assertion, key) : assertion,
        createPublicKey(own.key),
        content,
      )
      const plain = responseXml(now, sealed)
      const xml = signed === 'inside' ? plain : signedPart(plain, key)
      const proof = proveResponse(xml, { ...trust, decryptionKeys: [other.key, own.key] }, expected)
      assert.equal(proof.encrypted, true)
      assert.equal(proof.assertion.subject?.nameId, 'alice')
    })
  }
}

test('encryption is no signature', () => {
  refused(
    'decryption',
    responseXml(now, encryptedAssertion(assertionXml(now), createPublicKey(own.key))),
    {},
    { ...trust, decryptionKeys: [own.key] },
  )
})

test('RSA 1.5 opens nothing unless the connector allows weak algorithms', () => {
  const xml = responseXml(
    now,
    encryptedAssertion(
      signedPart(assertionXml(now), key),
      createPublicKey(own.key),
      'aes256-gcm',
      'rsa-1_5',
    ),
  )
  refused('algorithm', xml, {}, { ...trust, decryptionKeys: [own.key] })
  assert.equal(
    proveResponse(xml, { ...trust, decryptionKeys: [own.key], allowWeakAlgorithms: true }, expected)
      .encrypted,
    true,
  )
})

test('where encryption is required, an assertion in the clear is refused', () =>
  refused('decryption', signedResponse(now, key), {}, { ...trust, requireEncryption: true }))

test('an unsigned response may go without a destination', () => {
  assert.equal(
    proveResponse(signedResponse(now, key, { destination: null }), trust, expected).recipient,
    acs,
  )
})

test('clocks may be apart by the skew and no further', () => {
  const xml = signedResponse(now, key)
  assert.doesNotThrow(() =>
    proveResponse(xml, trust, { ...expected, now: new Date(now.getTime() + 359_000) }),
  )
  refused('not-on-or-after', xml, { now: new Date(now.getTime() + 360_000) })
  assert.doesNotThrow(() =>
    proveResponse(xml, trust, { ...expected, now: new Date(now.getTime() - 60_000) }),
  )
  refused('issue-instant', xml, { now: new Date(now.getTime() - 61_000) })
})

test('a key that was rotated is named as such', () => {
  refused('signing-key', signedResponse(now, other))
})

test('parameters that are not base64, not deflated, or not UTF-8 are refused', () => {
  const codeOf = (work: () => unknown) => {
    try {
      work()
    } catch (error) {
      return error instanceof SamlFault ? error.check : String(error)
    }
    return 'accepted'
  }
  assert.equal(
    codeOf(() => decodePosted('PHg+=')),
    'encoding',
  )
  assert.equal(
    codeOf(() => decodePosted('PHg+/w==x')),
    'encoding',
  )
  assert.equal(
    codeOf(() => decodePosted(Buffer.from([0xc3, 0x28]).toString('base64'))),
    'encoding',
  )
  assert.equal(
    codeOf(() => decodeRedirected('AAAA')),
    'encoding',
  )
})

const confirmation = (recipient: string, more = '', method = bearer) =>
  `<saml:SubjectConfirmation Method="${method}"><saml:SubjectConfirmationData ` +
  `NotOnOrAfter="${minutes(30).toISOString()}" Recipient="${recipient}"${more}/>` +
  '</saml:SubjectConfirmation></saml:Subject>'
function signedWith(more: string, told: Told = {}): string {
  const assertion = assertionXml(now, told).replace('</saml:Subject>', more)
  return responseXml(now, signedPart(assertion, key), told)
}

test('of several confirmations one that holds is enough, and it is the one that counts', () => {
  const other = 'https://other.example.com/acs'
  const key = confirmation(acs, '', 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key')
  for (const xml of [
    signedWith(confirmation(acs, ' InResponseTo="_q"'), { recipient: other, responseTo: '_q' }),
    signedWith(confirmation(other), { inResponseTo: '_q' }),
    signedWith(confirmation(acs, ' InResponseTo="_q"'), { responseTo: '_q' }),
    signedWith(key, { inResponseTo: '_q' }),
  ]) {
    const proof = proveResponse(xml, trust, expected)
    assert.equal(proof.recipient, acs)
    assert.equal(proof.inResponseTo, '_q')
    assert.ok(proof.replayableUntil > minutes(30), 'by any of them it could be shown again')
    refused('subject-confirmation', xml, { soleConfirmation: true })
  }
  refused('recipient', signedWith(confirmation(other), { recipient: other }))
  refused('subject-confirmation', signedWith(key, { method: 'urn:x' }))
  const late = { recipient: other, responseTo: '_q' }
  refused('in-response-to', signedWith(confirmation(acs, ' InResponseTo="_z"'), late))
})

test('the NameID may be missing where an attribute names the person, and nowhere else', () => {
  const bare = assertionXml(now).replace(/<saml:NameID.*?<\/saml:NameID>/, '')
  const xml = responseXml(now, signedPart(bare, key))
  refused('subject', xml)
  const proof = proveResponse(xml, trust, { ...expected, nameIdOptional: true })
  assert.equal(proof.assertion.subject, undefined)
  const settings = samlSettings.parse({
    label: 'x',
    accounts: ['111122223333'],
    idp: { metadataFile: 'x' },
    subjectAttribute: 'uid',
  })
  const identity = samlIdentity('corp', settings, proof, now)
  assert.equal(identity.subject, 'alice')
  assert.equal(identity.username, 'alice')
  assert.equal(subjectOf(identity.saml!, identity).nameId, 'alice')
})

test('what the identity provider says beside its status reaches the operator, on one line', () => {
  const xml = responseXml(now, '', { status: 'Responder' }).replace(
    '</samlp:Status>',
    '<samlp:StatusMessage>Not\n assigned\u2028 to\u0085 this app</samlp:StatusMessage>' +
      '</samlp:Status>',
  )
  assert.throws(() => proveResponse(xml, trust, expected), {
    check: 'status',
    found: 'Responder: Not assigned to this app',
  })
})

test('what no key of ours has signed is not made canonical', () => {
  const stranger = signedPart(responseXml(now, assertionXml(now)), other)
  const altered = stranger.replace('alice', 'mallory')
  assert.throws(() => proveResponse(altered, trust, expected), { check: 'signing-key' })
  const ours = signedPart(responseXml(now, assertionXml(now)), key).replace('alice', 'mallory')
  assert.throws(() => proveResponse(ours, trust, expected), { check: 'digest' })
})
