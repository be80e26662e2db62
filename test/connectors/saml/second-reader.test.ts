import assert from 'node:assert/strict'
import { createPublicKey, type KeyObject } from 'node:crypto'
import { createRequire } from 'node:module'
import { type TestContext, test } from 'node:test'
import type { Assertion } from '../../../src/connectors/saml/assertion.ts'
import { type ConsumerOptions, consumed } from '../../../src/connectors/saml/assertion-consumer.ts'
import type { Expectations } from '../../../src/connectors/saml/conditions.ts'
import { ns } from '../../../src/connectors/saml/elements.ts'
import { type Examined, examineResponse } from '../../../src/connectors/saml/response.ts'
import { SamlFault } from '../../../src/connectors/saml/saml-fault.ts'
import { proveWithBoth, secondOutcome } from '../../../src/connectors/saml/second-reader.ts'
import {
  acs,
  assertionXml,
  encryptedAssertion,
  foreignGroups,
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
const [key, other, own] = [makeKey(now), makeKey(now), makeKey(now, 'sso.example.com')]
const trust = {
  ...trusting([other, key], { decryptionKeys: [other.key, own.key] }),
  wasUsed: async () => false,
}
const expected: Expectations = {
  now,
  skewSeconds: 60,
  issuer: idpEntity,
  audiences: ['urn:amazon:webservices', spEntity],
  recipients: [acs],
}
const minutes = (count: number) => new Date(now.getTime() + count * 60_000)
const examine = (xml: string, more: Partial<Expectations> = {}) =>
  examineResponse(xml, trust, { ...expected, ...more })
const verdict = async (examined: Examined, more: Partial<Expectations> = {}) => {
  const { ok, found } = await secondOutcome(examined, { ...expected, ...more })
  return ok ? 'the same' : found
}

/** The library is loaded by the first of these tests and no earlier. */
test('passport-saml is loaded for the first response, not at the start', async () => {
  const loaded = () =>
    Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('passport-saml'))
  assert.equal(loaded(), false)
  assert.equal(await verdict(examine(signedResponse(now, key))), 'the same')
  assert.equal(loaded(), true)
})

for (const what of ['assertion', 'response', 'both'] as const)
  for (const inResponseTo of [undefined, '_q'])
    test(`both readers agree: ${what} signed, answering ${inResponseTo ?? 'nothing'}`, async () => {
      const told = { inResponseTo, sessionEndsAt: minutes(60) } as Told
      assert.equal(await verdict(examine(signedResponse(now, key, told, what))), 'the same')
    })

for (const content of ['aes128-cbc', 'aes256-cbc', 'aes128-gcm', 'aes256-gcm'] as const)
  for (const signed of ['inside', 'around', 'both'] as const)
    test(`both readers agree on an assertion under ${content}, signed ${signed}`, async () => {
      const assertion = assertionXml(now, { nameId: "O'Neill & $& <söhne>" })
      const sealed = encryptedAssertion(
        signed === 'around' ? assertion : signedPart(assertion, key),
        createPublicKey(own.key),
        content,
      )
      const plain = responseXml(now, sealed)
      const examined = examine(signed === 'inside' ? plain : signedPart(plain, key))
      assert.equal(await verdict(examined), 'the same')
      assert.equal(examined.handedOn.decryptionKey, signed === 'inside' ? undefined : own.key)
    })

test('an encrypted assertion may take its namespaces from the response around it', async () => {
  const assertion = signedPart(assertionXml(now), key)
  const bare = assertion.replace(` xmlns:saml="${ns.saml}"`, '')
  assert.notEqual(bare, assertion)
  const xml = responseXml(now, encryptedAssertion(bare, createPublicKey(own.key)))
  assert.equal(await verdict(examine(xml)), 'the same')
})

test('both readers agree where attributes are odd', async () => {
  const values = (list: readonly string[]) =>
    list.map((one) => `<saml:AttributeValue>${one}</saml:AttributeValue>`).join('')
  const attribute = (name: string, ...list: readonly string[]) =>
    `<saml:Attribute Name="${name}">${values(list)}</saml:Attribute>`
  const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
  const extra =
    `<saml:AttributeStatement>${attribute('uid', 'bob')}${attribute('empty')}` +
    attribute('__proto__', 'a') +
    attribute('constructor', 'b', 'c') +
    attribute('inResponseTo', '_z') +
    attribute('getAssertion', 'd') +
    attribute('blank', '', ' ', ' x ', '&#13;&#10;&amp;&#x1F600;') +
    attribute('named', '<saml:NameID Format="x">e</saml:NameID>', '<saml:Advice/>') +
    `<saml:Attribute Name="nil"><saml:AttributeValue ${xsi} xsi:nil="true"/>` +
    `<saml:AttributeValue ${xsi} xsi:type="x"> </saml:AttributeValue></saml:Attribute>` +
    '</saml:AttributeStatement>'
  const examined = examine(signedResponse(now, key, { extra }))
  const { attributes } = examined.proof.assertion
  assert.deepEqual(attributes.get('uid'), ['alice', 'bob'])
  assert.deepEqual(attributes.get('named'), ['e'])
  assert.equal(await verdict(examined), 'the same')
})

test('both readers agree on what the standard lets an identity provider leave out', async () => {
  const zoneless = (xml: string) => xml.replace(/(NotBefore="[^"]*)Z"/, '$1"')
  const holder =
    '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key">' +
    '<saml:SubjectConfirmationData Recipient="https://other.example.com"/>' +
    '</saml:SubjectConfirmation></saml:Subject>'
  for (const change of [
    (xml: string) => xml.replace(/(<saml:Conditions NotBefore="[^"]*") NotOnOrAfter="[^"]*"/, '$1'),
    (xml: string) => xml.replace(`<saml:Audience>`, '<saml:Audience>\n   '),
    (xml: string) => xml.replace('</saml:Subject>', holder),
    zoneless,
  ]) {
    const assertion = assertionXml(now, { inResponseTo: '_q' })
    assert.notEqual(change(assertion), assertion)
    for (const responseTo of ['_q', null]) {
      const xml = responseXml(now, signedPart(change(assertion), key), { responseTo })
      assert.equal(await verdict(examine(xml)), 'the same')
    }
  }
})

test('a field that the two readers read differently is named', async () => {
  const examined = examine(signedResponse(now, key, { inResponseTo: '_q' }))
  const { assertion } = examined.proof
  const [confirmation] = assertion.confirmations
  const subject = assertion.subject!
  const wrong: Readonly<Record<string, Partial<Assertion>>> = {
    ID: { id: '_other' },
    IssueInstant: { issuedAt: minutes(1) },
    Issuer: { issuer: 'https://other.example.com' },
    NameID: { subject: { ...subject, nameId: 'root' } },
    'NameID Format': { subject: { ...subject, format: 'urn:x' } },
    NameQualifier: { subject: { ...subject, nameQualifier: 'x' } },
    SPNameQualifier: { subject: { ...subject, spNameQualifier: '' } },
    'SubjectConfirmation Method': { confirmations: [{ ...confirmation!, method: 'urn:x' }] },
    Recipient: { confirmations: [{ ...confirmation!, recipient: 'https://x' }] },
    InResponseTo: { confirmations: [{ ...confirmation!, inResponseTo: undefined }] },
    'SubjectConfirmationData NotBefore': { confirmations: [{ ...confirmation!, notBefore: now }] },
    'SubjectConfirmationData NotOnOrAfter': {
      confirmations: [{ ...confirmation!, notOnOrAfter: minutes(9) }],
    },
    'Conditions NotBefore': { notBefore: undefined },
    'Conditions NotOnOrAfter': { notOnOrAfter: minutes(99) },
    Audience: { audiences: [[spEntity, 'https://x']] },
    AuthnInstant: { authenticatedAt: minutes(1) },
    AuthnContextClassRef: { contexts: ['https://refeds.org/profile/mfa'] },
    SessionIndex: { sessionIndex: 's2' },
    SessionNotOnOrAfter: { sessionEndsAt: minutes(600) },
    'order of attributes': { attributes: new Map([...assertion.attributes].toReversed()) },
    'Attribute groups': {
      attributes: new Map([...assertion.attributes, ['groups', ['ops', 'devs']]]),
    },
  }
  for (const [field, misread] of Object.entries(wrong)) {
    const proof = { ...examined.proof, assertion: { ...assertion, ...misread } }
    assert.equal(await verdict({ ...examined, proof }), field)
  }
  const all = { ...assertion, subject: undefined }
  assert.equal(
    await verdict({ ...examined, proof: { ...examined.proof, assertion: all } }),
    'NameID',
  )
})

test('the second reader makes the checks that it has by itself, and ours of the rest', async () => {
  const examined = examine(signedResponse(now, key, { inResponseTo: '_q' }))
  const { proof, handedOn } = examined
  const handed = (more: Partial<Examined['handedOn']>) =>
    verdict({ ...examined, handedOn: { ...handedOn, ...more } })
  assert.equal(await handed({ signingKey: createPublicKey(other.key) }), 'Invalid signature')
  assert.equal(await handed({ text: handedOn.text.replace('alice', 'alicf') }), 'Invalid signature')
  assert.equal(
    await verdict({ ...examined, proof: { ...proof, inResponseTo: '_z' } }),
    'InResponseTo is not valid',
  )
  assert.match(await verdict(examined, { audiences: ['https://x'] }), /audience mismatch/)
  const stale = { now: minutes(4), freshSeconds: 60, skewSeconds: 0 }
  for (const time of [{ now: minutes(60) }, stale])
    assert.match(await verdict(examined, time), /No valid subject confirmation/)
  const unsolicited = examine(signedResponse(now, key))
  assert.match(await verdict(unsolicited, { now: minutes(60) }), /SAML assertion expired/)
  assert.match(await verdict(unsolicited, { now: minutes(-60) }), /SAML assertion not yet valid/)
  assert.equal(await verdict(examined, { issuer: 'https://x' }), 'Issuer')
  assert.equal(await verdict(examined, { recipients: ['https://x'] }), 'Recipient')
})

test('times that passport-saml does not look at are compared with the clock here', async () => {
  const skew = { skewSeconds: 60 }
  const ends = (told: Partial<Told>, change = (xml: string) => xml) => {
    const assertion = change(assertionXml(now, told))
    return examine(responseXml(now, signedPart(assertion, key)))
  }
  const confirmedUntil = (at: Date) => (xml: string) =>
    xml.replace(/(ConfirmationData NotOnOrAfter=")[^"]*/, `$1${at.toISOString()}`)
  const confirmedFrom = (at: Date) => (xml: string) =>
    xml.replace('ConfirmationData ', `$&NotBefore="${at.toISOString()}" `)
  const issued = (at: Date) => (xml: string) =>
    xml.replace(/(IssueInstant=")[^"]*/, `$1${at.toISOString()}`)
  const rows = [
    ['SessionNotOnOrAfter', ends({ sessionEndsAt: minutes(-1) })],
    ['the same', ends({ sessionEndsAt: minutes(-0.9) })],
    ['SubjectConfirmationData NotOnOrAfter', ends({}, confirmedUntil(minutes(-1)))],
    ['the same', ends({}, confirmedUntil(minutes(-0.9)))],
    ['SubjectConfirmationData NotBefore', ends({}, confirmedFrom(minutes(1.1)))],
    ['the same', ends({}, confirmedFrom(minutes(1)))],
    ['IssueInstant', ends({}, issued(minutes(1.1)))],
    ['the same', ends({}, issued(minutes(1)))],
  ] as const
  for (const [field, examined] of rows) assert.equal(await verdict(examined, skew), field)
})

test('an assertion that was used is refused before the second reader', async () => {
  const both = { ...trust, secondReader: 'passport-saml' } as const
  const xml = signedResponse(now, key)
  const { replayKey } = await proveWithBoth(xml, both, expected)
  const asked: string[] = []
  const wasUsed = async (proof: { readonly replayKey: string }) => asked.push(proof.replayKey) > 0
  // Would be refused by the second reader.
  const disputed = signedResponse(now, key, { extra: foreignGroups })
  for (const one of [xml, disputed])
    await assert.rejects(proveWithBoth(one, { ...both, wasUsed }, expected), { check: 'replay' })
  assert.equal(asked[0], replayKey)
  await assert.rejects(proveWithBoth(signedResponse(now, own), { ...both, wasUsed }, expected))
  assert.equal(asked.length, 2, 'nobody asks about what our reader refuses')
})

test('what the two read differently is refused, unless the settings say otherwise', async () => {
  const xml = signedResponse(now, key, { extra: foreignGroups })
  await assert.rejects(proveWithBoth(xml, { ...trust, secondReader: 'passport-saml' }, expected), {
    check: 'second-reader',
    found: 'Attribute groups',
  })
  const proof = await proveWithBoth(xml, { ...trust, secondReader: 'off' }, expected)
  assert.deepEqual(proof.assertion.attributes.get('groups'), ['devs', 'ops'])
})

test('what passport-saml cannot follow is refused and not admitted on one reading', async () => {
  const lineEnds = signedResponse(now, key, { nameId: 'ali\u2028ce' })
  const encryptedId = assertionXml(now).replace(/<saml:NameID.*<\/saml:NameID>/, (nameId) =>
    encryptedAssertion(
      nameId.replace('<saml:NameID', `<saml:NameID xmlns:saml="${ns.saml}"`),
      createPublicKey(own.key),
    ).replaceAll('EncryptedAssertion', 'EncryptedID'),
  )
  for (const [xml, found] of [
    [lineEnds, 'Invalid signature'],
    [responseXml(now, signedPart(encryptedId, key)), 'NameID'],
  ] as const) {
    const refusal = { check: 'second-reader', found }
    const both = { ...trust, secondReader: 'passport-saml' } as const
    await assert.rejects(proveWithBoth(xml, both, expected), refusal)
    assert.ok(await proveWithBoth(xml, { ...both, secondReader: 'off' }, expected))
  }
  const examined = examine(signedResponse(now, key))
  const algorithm = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'
  assert.equal(await verdict({ ...examined, proof: { ...examined.proof, algorithm } }), algorithm)
})

const options: ConsumerOptions = {
  signingKey: pem(createPublicKey(key.key)),
  signed: 'assertion',
  recipient: acs,
  audience: spEntity,
  now,
  skewSeconds: 60,
}
function pem(one: KeyObject): string {
  return one.export({ type: 'spki', format: 'pem' }).toString()
}

/** Fails if anything reaches the process beside the promise. */
function watchProcess(t: TestContext): void {
  const strayed = (error: unknown) => assert.fail(`unhandled: ${String(error)}`)
  process.on('unhandledRejection', strayed)
  t.after(() => process.off('unhandledRejection', strayed))
}

test("none of passport-saml's other roads is open: only an assertion admits", async (t) => {
  watchProcess(t)
  const message = (name: string, inside = '') =>
    `<samlp:${name} xmlns:samlp="${ns.samlp}" xmlns:saml="${ns.saml}" ID="_m" Version="2.0" ` +
    `IssueInstant="${now.toISOString()}"><saml:Issuer>${idpEntity}</saml:Issuer>${inside}` +
    `</samlp:${name}>`
  const code = (name: string, inside = '') =>
    `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${name}">${inside}` +
    '</samlp:StatusCode>'
  const noPassive = `<samlp:Status>${code('Responder', code('NoPassive'))}</samlp:Status>`
  const signed = { ...options, signed: 'response' } as const
  const ways: readonly [string, ConsumerOptions, RegExp][] = [
    [signedPart(message('LogoutResponse'), key), signed, /`pass`/],
    [message('LogoutResponse'), options, /Invalid signature/],
    [message('LogoutRequest'), options, /Invalid signature/],
    [signedPart(message('LogoutRequest'), key), signed, /Unknown SAML response/],
    [signedPart(message('Response', noPassive), key), signed, /`fail`/],
    ['', options, /ended in|required|entryPoint/],
    ['<', options, /./],
    ['not xml', options, /./],
    [message('Response'), options, /Missing SAML assertion|Invalid/],
    [signedResponse(now, other), options, /Invalid signature/],
    [signedResponse(now, key), { ...options, signingKey: 'x' }, /./],
  ]
  for (const [xml, with_, reason] of ways) await assert.rejects(consumed(xml, with_), reason)
  await new Promise(setImmediate)
})

test('more elements than passport-saml reads in time are not handed on', async () => {
  const advice = (count: number) => `<saml:Advice>${'<saml:a/>'.repeat(count)}</saml:Advice>`
  const most = examine(signedResponse(now, key, { extra: advice(2400) }))
  assert.equal(await verdict(most), 'the same')
  // Encrypted, and so two messages: neither is too large for our own parser.
  const more = assertionXml(now, { extra: advice(2460) })
  for (const xml of [
    responseXml(now, encryptedAssertion(signedPart(more, key), createPublicKey(own.key))),
    signedPart(responseXml(now, encryptedAssertion(more, createPublicKey(own.key))), key),
  ])
    assert.match(await verdict(examine(xml)), /^25\d\d$/)
})

test('a refusal quotes nothing of the message', async () => {
  const examined = examine(signedResponse(now, key))
  const handedOn = { ...examined.handedOn, text: '<a secret="&x;">' }
  assert.doesNotMatch(await verdict({ ...examined, handedOn }), /secret|&/)
  const fault = await proveWithBoth(
    signedResponse(now, key, { attributes: { 'urn:mail': ['a\u2028@example.com'] } }),
    { ...trust, secondReader: 'passport-saml' },
    expected,
  ).catch((error: unknown) => error)
  assert.ok(fault instanceof SamlFault)
  assert.doesNotMatch(fault.detail, /example\.com/)
})

test('a message that many providers prove is read by passport-saml once', async () => {
  const values = Array.from({ length: 1000 }, () => '')
  const told = (id: string): Told => ({ id, attributes: { 'urn:list': values } })
  const cost = async (examined: Examined, times: number) => {
    const before = process.cpuUsage()
    for (let time = 0; time < times; time++) assert.equal(await verdict(examined), 'the same')
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  const [one, other] = ['_one', '_other'].map((id) => examine(signedResponse(now, key, told(id))))
  const once = await cost(one!, 1)
  assert.ok((await cost(other!, 20)) < 8 * once)
  assert.equal(
    await verdict(other!, { audiences: ['urn:other'] }),
    'SAML assertion audience mismatch',
  )
})
