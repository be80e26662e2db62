import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { signedText } from '../../../src/connectors/saml/algorithms.ts'
import { canonical } from '../../../src/connectors/saml/canonical.ts'
import { ns } from '../../../src/connectors/saml/elements.ts'
import { readMetadataDocument } from '../../../src/connectors/saml/feed.ts'
import { metadataLimits, readIdpMetadata } from '../../../src/connectors/saml/metadata.ts'
import { pemKeys } from '../../../src/connectors/saml/metadata-keys.ts'
import { parseXml } from '../../../src/connectors/saml/parse-xml.ts'
import { readFeed } from '../../../src/connectors/saml/read-feed.ts'
import { SamlFault } from '../../../src/connectors/saml/saml-fault.ts'
import { samlSettings } from '../../../src/connectors/saml/settings.ts'
import { signedXml } from '../../../src/connectors/saml/sign.ts'
import { openIdpSource } from '../../../src/connectors/saml/transport.ts'
import { makeKey } from './identity-provider.ts'
import { idpMetadata } from './idp-metadata.ts'

const now = new Date()
const [key, evilKey, federation] = [makeKey(now), makeKey(now), makeKey(now)]
const signedBy = pemKeys(federation.x509.toString())

const entity = (id: string, from = key) =>
  idpMetadata(from)
    .replace(/<\?xml.*?-->\n/s, '')
    .replace(/ID="_m1" entityID="[^"]*"/, `entityID="${id}"`)
const head =
  `xmlns:md="${ns.md}" xmlns:x="urn:x" ID="_feed" ` +
  'validUntil="2999-01-01T00:00:00Z" x:b="2" a="1"'
const feed = (content: string, attributes = head) =>
  `<md:EntitiesDescriptor ${attributes}>${content}</md:EntitiesDescriptor>`
const signed = (xml: string, by = federation) => signedXml(xml, by, undefined, metadataLimits)

/** What a canonicalizer could get wrong between parts. */
const oddities =
  '\n  text <!-- dropped --> and <![CDATA[<more> & ]]>\r\n\t' +
  '<md:Extensions><x:e xmlns="urn:default" x:a="1" b="&#9;&lt;"><plain/></x:e></md:Extensions>'
const descriptor = /<md:IDPSSO.*<\/md:IDPSSODescriptor>/s
  .exec(entity('d'))![0]
  .replace('<md:IDPSSODescriptor', `$& xmlns:md="${ns.md}" xmlns:ds="${ns.ds}"`)
const nested =
  entity('a') +
  feed(`\n${entity('b')}${feed(entity('c'), 'xmlns:y="urn:y" Name="y"')} `, 'xmlns="urn:other"') +
  `<EntityDescriptor xmlns="${ns.md}" entityID="d">${descriptor}</EntityDescriptor>`
const whole = feed(`${oddities}${nested}\n${oddities}\n`)
const sizes = [1, 700, 5000, 1_000_000]

function reading(text: string, partCharacters?: number, entityId = 'c') {
  return readMetadataDocument(text, {
    now,
    entityId,
    signedBy,
    limits: metadataLimits,
    partCharacters,
  })
}
const checkOf = (text: string, partCharacters?: number, entityId?: string): string => {
  try {
    return `accepted ${reading(text, partCharacters, entityId).keys[0]!.fingerprint.slice(0, 8)}`
  } catch (error) {
    if (error instanceof SamlFault) return error.check
    throw error
  }
}
const accepted = `accepted ${key.fingerprint.slice(0, 8)}`

test('a signed feed reads the same in parts of any size as in one piece', () => {
  const text = signed(whole)
  for (const entityId of ['a', 'b', 'c', 'd']) {
    const inOnePiece = readIdpMetadata(text, { now, entityId, signedBy })
    for (const size of sizes) assert.deepEqual(reading(text, size, entityId), inOnePiece)
  }
  assert.equal(checkOf(text, 1, 'e'), 'metadata')
})

test('the namespaces that a transform lists are canonical in every part', () => {
  const prefixes = ['x', 'y', '#default']
  const inOnePiece = canonical(parseXml(whole, metadataLimits), prefixes)
  assert.notEqual(inOnePiece, canonical(parseXml(whole, metadataLimits), undefined))
  const [info] = /<ds:SignedInfo.*<\/ds:SignedInfo>/s.exec(good)!
  const list = `<ec:InclusiveNamespaces xmlns:ec="${ns.ec}" PrefixList="${prefixes.join(' ')}">`
  const listing = info
    .replace(
      `"${ns.ec}"></ds:Transform>`,
      `"${ns.ec}">${list}</ec:InclusiveNamespaces></ds:Transform>`,
    )
    .replace(/<ds:DigestValue>[^<]+/, `<ds:DigestValue>${hash('sha256', inOnePiece, 'base64')}`)
  const listed = good
    .replace(info, listing)
    .replace(
      /<ds:SignatureValue>[^<]+/,
      `<ds:SignatureValue>${signedText(listing, federation.key)}`,
    )
  for (const size of sizes) assert.equal(checkOf(listed, size), accepted)
})

test('an unsigned feed is read in parts too', () => {
  for (const size of sizes) {
    const expected = { now, limits: metadataLimits, partCharacters: size }
    const found = readMetadataDocument(whole, { ...expected, entityId: 'b' })
    assert.equal(found.entityId, 'b')
    assert.equal(found.validUntil?.toISOString(), '2999-01-01T00:00:00.000Z')
    assert.throws(() => readMetadataDocument(whole, expected), { check: 'metadata' })
    const twice = feed(entity('b') + feed(entity('b'), ''))
    assert.throws(() => readMetadataDocument(twice, { ...expected, entityId: 'b' }), {
      check: 'metadata',
    })
  }
})

const good = signed(whole)
const signature = /<ds:Signature .*?<\/ds:Signature>/s.exec(good)![0]
const evil = entity('c', evilKey)

/** Changes to a signed feed, and the check that has to refuse each. */
const attacks: Readonly<Record<string, readonly [string, string]>> = {
  'the entity changed': [
    good.replaceAll(key.certificate.slice(0, 60), evilKey.certificate.slice(0, 60)),
    'digest',
  ],
  'another entity changed': [good.replace('entityID="a"', 'entityID="z"'), 'digest'],
  'white space added': [
    good.replace('</md:EntityDescriptor>', '</md:EntityDescriptor> '),
    'digest',
  ],
  'the end put off': [good.replace('2999', '3999'), 'digest'],
  'an entity put in': [good.replace(entity('a'), entity('a') + evil), 'digest'],
  'an entity put in after all': [good.replace(/(?=<\/md:EntitiesDescriptor>$)/, evil), 'digest'],
  'an entity taken out': [good.replace(entity('a'), ''), 'digest'],
  'entities moved': [
    good
      .replace(entity('a'), '')
      .replace('\n<md:EntityDescriptor', `${entity('a')}\n<md:EntityDescriptor`),
    'digest',
  ],
  'an instruction put in': [good.replace(entity('a'), `<?x y?>${entity('a')}`), accepted],
  'a group opened around all': [
    good
      .replace(signature, `${signature}<md:EntitiesDescriptor>`)
      .replace(/$/, '</md:EntitiesDescriptor>'),
    'digest',
  ],
  'a prefix bound anew': [good.replace('xmlns:x="urn:x"', 'xmlns:x="urn:evil"'), 'digest'],
  // No name uses it, so that the canonical form does not have it.
  'a default namespace': [
    good.replace(
      '<md:EntitiesDescriptor xmlns:md',
      '<md:EntitiesDescriptor xmlns="urn:e" xmlns:md',
    ),
    accepted,
  ],
  'no signature': [whole, 'signature'],
  'two signatures': [good.replace(signature, signature + signature), 'signature'],
  'the signature in a group': [whole.replace(entity('b'), signature + entity('b')), 'signature'],
  'the signature in an entity': [
    whole.replace('<md:IDPSSODescriptor', `${signature}<md:IDPSSODescriptor`),
    'signature',
  ],
  'the feed in another': [feed(evil + good, head.replace('_feed', '_evil')), 'signature'],
  'the feed in one of its name': [feed(evil + good), 'signature'],
  'the signature lifted out': [feed(signature + evil + whole), 'structure'],
  'the signature of the inner one lifted out': [
    feed(signature + evil + whole, head.replace('_feed', '_evil')),
    'signature',
  ],
  'signed by another': [signed(whole, evilKey), 'signing-key'],
  'a weak digest': [
    good.replace(
      'http://www.w3.org/2001/04/xmlenc#sha256',
      'http://www.w3.org/2000/09/xmldsig#sha1',
    ),
    'algorithm',
  ],
  'SignedInfo changed': [good.replace(/<ds:DigestValue>../, '<ds:DigestValue>AA'), 'signature'],
  'a DTD': [`<!DOCTYPE x [<!ENTITY e "x">]>${good}`, 'xml'],
  'a second root': [good + evil, 'xml'],
  'ill-formed in another entity': [good.replace('</md:EntityDescriptor>', ''), 'xml'],
  'a comment put in': [
    good.replace(
      key.certificate.slice(0, 64),
      `${key.certificate.slice(0, 30)}<!-- x -->${key.certificate.slice(30, 64)}`,
    ),
    accepted,
  ],
}

test('what was not signed is refused, wherever a part ends', () => {
  for (const [what, [text, check]] of Object.entries(attacks)) {
    assert.notEqual(text, good, what)
    for (const size of sizes)
      assert.match(checkOf(text, size), new RegExp(`^${check}`), `${what}, ${size}`)
  }
})

test('the one entity may be there once, also where the federation signed two', () => {
  const twice = signed(feed(entity('c') + feed(entity('c', evilKey), '')))
  for (const size of sizes) assert.equal(checkOf(twice, size), 'metadata')
  const referenced = signed(feed(entity('c') + entity('&#99;', evilKey)))
  for (const size of sizes) assert.equal(checkOf(referenced, size), 'metadata')
})

test('elements, groups and depth have limits', () => {
  const limits = { ...metadataLimits, elements: 2000 }
  const read = (text: string) =>
    readMetadataDocument(text, { now, entityId: 'a', limits, partCharacters: 1 })
  const groups = (count: number, inner: string) =>
    '<md:EntitiesDescriptor>'.repeat(count) + inner + '</md:EntitiesDescriptor>'.repeat(count)
  assert.equal(
    read(feed(entity('a') + '<md:EntitiesDescriptor></md:EntitiesDescriptor>'.repeat(1900)))
      .entityId,
    'a',
  )
  assert.throws(() => read(feed(entity('a') + '<md:x/>'.repeat(2000))), { check: 'size' })
  assert.equal(read(feed(groups(40, entity('a')))).entityId, 'a')
  assert.throws(() => read(feed(groups(70, entity('a')))), { check: 'size' })
})

/** A feed of more than a megabyte, which is read in a thread of its own. */
const large = () =>
  signed(feed(Array.from({ length: 1000 }, (_, at) => entity(`${at}`)).join('\n')))
const inThread = (text: string, more = {}) =>
  readFeed(async () => Buffer.from(text), {
    now,
    entityId: '700',
    signedBy,
    maxBytes: 20_000_000,
    ...more,
  })

test('a large signed feed is read while other work runs', async () => {
  let turns = 0
  const busy = setInterval(() => turns++, 1)
  const text = large()
  turns = 0
  const found = await inThread(text)
  clearInterval(busy)
  assert.equal(found.entityId, '700')
  assert.ok(found.keys[0]!.key.equals(pemKeys(key.x509.toString())[0]!.key))
  assert.ok(turns > 2, `${turns} turns`)
  await assert.rejects(inThread(text.replace('entityID="3"', 'entityID="4"')), { check: 'digest' })
  await assert.rejects(inThread(text, { entityId: 'x' }), { name: 'SamlFault', check: 'metadata' })
  const ended = AbortSignal.abort(new Error('closing'))
  await assert.rejects(inThread(text, { signal: ended }), /closing/)
  await assert.rejects(
    readFeed(() => Promise.reject(new Error('no answer')), { now, maxBytes: 20_000_000 }),
    /no answer/,
  )
  assert.equal((await inThread(text)).entityId, '700', 'the place is free again')
})

test('a document that needs too much memory ends its own thread alone', async () => {
  const attributes = Array.from({ length: 250 }, (_, at) => ` a${at}=""`).join('')
  const bomb = entity('a').replace('<md:IDPSSO', `${`<md:x${attributes}/>`.repeat(1500)}<md:IDPSSO`)
  await assert.rejects(inThread(bomb, { signedBy: undefined, entityId: 'a', heapMegabytes: 40 }), {
    check: 'size',
    message: 'reading the metadata took too much memory',
  })
})

test('a wrong signature leaves the former keys in force, and the log tells it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-feed-'))
  t.after(() => rm(folder, { recursive: true }))
  const signedByFile = join(folder, 'federation.pem')
  await writeFile(signedByFile, federation.x509.toString())
  const logged: (readonly [string, unknown])[] = []
  let answer = large()
  const { idp } = samlSettings.parse({
    label: 'x',
    accounts: ['111122223333'],
    idp: {
      metadataUrl: 'https://idp.example.com/feed',
      entityId: '700',
      maxMegabytes: 50,
      signedByFile,
    },
  })
  await using source = await openIdpSource(idp, {
    clock: { now: () => now },
    outbound: { get: async () => ({ status: 200, headers: {}, body: Buffer.from(answer) }) },
    log: (event, detail) => void logged.push([event, detail]),
  })
  assert.equal(source.current().keys[0]?.fingerprint, key.fingerprint)
  answer = answer.replaceAll(key.certificate.slice(0, 60), evilKey.certificate.slice(0, 60))
  const both = await Promise.allSettled([source.refresh(), source.refresh()])
  assert.deepEqual(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  assert.equal(source.current().keys[0]?.fingerprint, key.fingerprint)
  assert.equal(logged.length, 0)
  // The timer's road logs what `refresh` rejects with.
  answer = answer.replace('<ds:Signature ', '<ds:Signature x="" ')
  await using never = await openIdpSource(idp, {
    clock: { now: () => now },
    outbound: { get: async () => ({ status: 200, headers: {}, body: Buffer.from(answer) }) },
    log: (event, detail) => void logged.push([event, detail]),
  })
  assert.throws(() => never.current(), { check: 'metadata' })
  assert.equal(logged[0]![0], 'saml.metadata-kept')
  assert.match(JSON.stringify(logged[0]![1]), /saml digest: the content is not what was signed/)
})
