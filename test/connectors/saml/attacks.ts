import { createHmac, generateKeyPairSync } from 'node:crypto'
import { ns } from '../../../src/connectors/saml/elements.ts'
import { parseXml } from '../../../src/connectors/saml/parse-xml.ts'
import type { SamlCheck } from '../../../src/connectors/saml/saml-fault.ts'
import { canonical } from '../../../src/connectors/saml/signature.ts'
import { assertionXml, freshId, responseXml, signedPart, type TestKey } from './identity-provider.ts'

/** One forged response. `checks`: where it may be refused. */
export interface Attack {
  readonly name: string
  readonly xml: string
  readonly checks: readonly SamlCheck[]
}

const structure: readonly SamlCheck[] = ['structure']
const root = 'root-of-evil'

/** The pieces of an honest response, to be put together otherwise. `evil` is an assertion of the attacker's, unsigned. */
function pieces(now: Date, key: TestKey) {
  const id = freshId()
  const plain = assertionXml(now, { id })
  const signed = signedPart(plain, key)
  const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(signed)![0]
  const evil = (more: { id?: string; extra?: string } = {}) => assertionXml(now, { nameId: root, ...more })
  const into = (outer: string, content: string) => outer.replace('</saml:Issuer>', `</saml:Issuer>${content}`)
  const inObject = (content: string) => signature.replace('</ds:Signature>', `<ds:Object>${content}</ds:Object></ds:Signature>`)
  return { id, plain, signed, signature, evil, into, inObject }
}

/** Somorovsky and others, "On breaking SAML: be whoever you want to be" (2012): the eight places. */
function wrappings(now: Date, key: TestKey): readonly Attack[] {
  const { plain, signed, signature, evil, into, inObject, id } = pieces(now, key)
  const response = responseXml(now, plain)
  const whole = signedPart(response, key)
  const wholeSignature = /<ds:Signature .*?<\/ds:Signature>/s.exec(whole)![0]
  const evilResponse = (content: string) => responseXml(now, `${content}${evil()}`)
  const inWhole = (content: string) => wholeSignature.replace('</ds:Signature>', `<ds:Object>${content}</ds:Object></ds:Signature>`)
  const bare = response
  const one = (number: number, xml: string): Attack => ({ name: `XSW${number}`, xml, checks: structure })
  return [
    one(1, evilResponse(inWhole(bare))),
    one(2, evilResponse(`${bare}${wholeSignature}`)),
    one(3, responseXml(now, `${evil()}${signed}`)),
    one(4, responseXml(now, evil({ extra: signed }))),
    one(5, responseXml(now, `${into(evil(), signature)}${plain}`)),
    one(6, responseXml(now, into(evil(), inObject(plain)))),
    one(7, responseXml(now, `<samlp:Extensions>${evil({ id })}</samlp:Extensions>${signed}`)),
    one(8, responseXml(now, `${into(evil({ id }), inObject(plain))}`)),
  ]
}

function structures(now: Date, key: TestKey): readonly Attack[] {
  const { id, plain, signed, signature, evil, into, inObject } = pieces(now, key)
  const inside = (find: RegExp | string, put: string) => responseXml(now, signed.replace(find, put))
  const info = /<ds:SignedInfo .*<\/ds:SignedInfo>/s.exec(signature)![0]
  return [
    { name: 'two signed assertions', xml: responseXml(now, signed + signedPart(assertionXml(now), key)), checks: structure },
    { name: 'an unsigned assertion after the signed one', xml: responseXml(now, signed + evil()), checks: structure },
    { name: 'an unsigned assertion in another namespace', xml: responseXml(now, signed + evil().replaceAll(ns.saml, 'urn:other')), checks: ['structure', 'xml'] },
    { name: 'an id that occurs twice', xml: responseXml(now, signed, { responseId: id }), checks: structure },
    { name: 'an id that occurs twice, once as `Id`', xml: responseXml(now, signed).replace('<samlp:Status>', `<samlp:Status Id="${id}">`), checks: structure },
    { name: 'the assertion inside its signature', xml: responseXml(now, inObject(plain)), checks: structure },
    { name: 'an Object in the signature', xml: inside('</ds:Signature>', '<ds:Object/></ds:Signature>'), checks: structure },
    { name: 'an assertion in KeyInfo', xml: inside('</ds:X509Data>', `</ds:X509Data>${evil()}`), checks: structure },
    { name: 'two SignedInfo', xml: inside('<ds:SignedInfo', `${info}<ds:SignedInfo`), checks: structure },
    { name: 'two signatures', xml: responseXml(now, into(signed, signature)), checks: ['structure', 'signature'] },
    { name: 'two References', xml: inside(/(<ds:Reference .*<\/ds:Reference>)/s, '$1$1'), checks: structure },
    { name: 'a Reference to everything', xml: inside(/URI="[^"]*"/, 'URI=""'), checks: ['signature'] },
    { name: 'a Reference to nothing', xml: inside(/ URI="[^"]*"/, ''), checks: ['signature'] },
    { name: 'a Reference to another element', xml: responseXml(now, into(evil(), signature)), checks: ['signature'] },
    { name: 'a response inside the response', xml: responseXml(now, `<samlp:Extensions>${responseXml(now, '')}</samlp:Extensions>${signed}`), checks: structure },
    { name: 'no assertion at all', xml: responseXml(now, ''), checks: structure },
    { name: 'a signed error around a forged assertion', xml: signedPart(responseXml(now, '', { status: 'Requester' }), key).replace('</samlp:Response>', `${evil()}</samlp:Response>`), checks: ['digest', 'status', 'signature'] },
    { name: 'a signed error with a genuine assertion', xml: signedPart(responseXml(now, signed, { status: 'Responder' }), key), checks: ['status'] },
    { name: 'a status inside the status', xml: responseXml(now, signed, { status: 'Responder' }).replace('"/></samlp:Status>', '"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:StatusCode></samlp:Status>'), checks: ['status'] },
    { name: 'two statuses', xml: responseXml(now, signed, { status: 'Responder' }).replace('</samlp:Status>', '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'), checks: ['status'] },
    { name: 'an assertion alone', xml: signed, checks: structure },
  ]
}

function texts(now: Date, key: TestKey): readonly Attack[] {
  const { signed } = pieces(now, key)
  const honest = responseXml(now, signed)
  const inside = (find: RegExp | string, put: string) => honest.replace(find, put)
  return [
    { name: 'a comment in the NameID', xml: inside('>alice</saml:NameID>', '>al<!---->ice</saml:NameID>'), checks: ['xml'] },
    { name: 'a comment in the DigestValue', xml: inside('<ds:DigestValue>', '<ds:DigestValue><!--AAAA-->'), checks: ['xml'] },
    { name: 'a processing instruction in the NameID', xml: inside('>alice</saml:NameID>', '>al<?x?>ice</saml:NameID>'), checks: ['xml'] },
    { name: 'CDATA in the NameID', xml: inside('>alice</saml:NameID>', '><![CDATA[alice]]></saml:NameID>'), checks: ['xml'] },
    { name: 'an element in the NameID', xml: responseXml(now, signedPart(assertionXml(now).replace('>alice<', '>ali<x/>ce<'), key)), checks: ['structure'] },
    { name: 'another NameID under the old signature', xml: inside('>alice<', `>${root}<`), checks: ['digest'] },
    { name: 'another attribute under the old signature', xml: inside('>devs<', '>admins<'), checks: ['digest'] },
    { name: 'a longer life under the old signature', xml: inside(/Conditions NotBefore="[^"]*"/, 'Conditions'), checks: ['digest'] },
    { name: 'DOCTYPE', xml: `<!DOCTYPE x>${honest}`, checks: ['xml'] },
    { name: 'an external entity', xml: `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${inside('>alice<', '>&e;<')}`, checks: ['xml'] },
    { name: 'entities of entities', xml: `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${inside('>alice<', '>&b;<')}`, checks: ['xml'] },
    { name: 'an entity that nobody declared', xml: inside('>alice<', '>&nbsp;alice<'), checks: ['xml'] },
    { name: 'a NUL by reference', xml: inside('>alice<', '>alice&#0;<'), checks: ['xml'] },
    { name: 'an attribute that looks like a namespace', xml: inside('<saml:NameID', '<saml:NameID xmlnsEvil="x"'), checks: ['xml'] },
    { name: 'two roots', xml: `${honest}${honest}`, checks: ['xml', 'structure'] },
    { name: 'another encoding', xml: `<?xml version="1.0" encoding="UTF-7"?>${honest}`, checks: ['xml'] },
    { name: 'an undeclared prefix', xml: inside('<samlp:Status>', '<q:x/><samlp:Status>'), checks: ['xml'] },
    { name: 'fifty thousand elements', xml: inside('<samlp:Status>', `${'<samlp:Extensions/>'.repeat(5001)}<samlp:Status>`), checks: ['size'] },
    { name: 'elements deep in each other', xml: inside('<samlp:Status>', `${'<samlp:x>'.repeat(100)}${'</samlp:x>'.repeat(100)}<samlp:Status>`), checks: ['size'] },
    { name: 'too long', xml: inside('<samlp:Status>', `${' '.repeat(100_000)}<samlp:Status>`), checks: ['size'] },
  ]
}

/** Signs with whatever `make` makes of the canonical SignedInfo. */
function resigned(xml: string, edit: (info: string) => string, make: (info: string) => string): string {
  const edited = xml.replace(/<ds:SignedInfo .*<\/ds:SignedInfo>/s, edit)
  const info = canonical(parseXml(/<ds:SignedInfo .*<\/ds:SignedInfo>/s.exec(edited)![0]), undefined)
  return edited.replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${make(info)}`)
}

function algorithms(now: Date, key: TestKey, attacker: TestKey): readonly Attack[] {
  const honest = responseXml(now, signedPart(assertionXml(now), key))
  const forged = responseXml(now, signedPart(assertionXml(now, { nameId: root }), attacker))
  const swap = (xml: string, from: string, to: string) => xml.replaceAll(from, to)
  const sha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
  const { privateKey: weak } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  return [
    { name: 'signed by the attacker, whose certificate is in KeyInfo', xml: forged, checks: ['signing-key'] },
    { name: 'signed by the attacker, with the real certificate in KeyInfo', xml: swap(forged, attacker.certificate, key.certificate), checks: ['signature'] },
    { name: 'signed by the attacker, without KeyInfo', xml: forged.replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/s, ''), checks: ['signature'] },
    { name: 'signed with a small key of the attacker\'s', xml: responseXml(now, signedPart(assertionXml(now, { nameId: root }), { key: weak, certificate: key.certificate })), checks: ['signature'] },
    { name: 'SHA-1 signature', xml: swap(honest, sha256, 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'), checks: ['algorithm'] },
    { name: 'SHA-1 digest', xml: swap(honest, 'http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2000/09/xmldsig#sha1'), checks: ['algorithm'] },
    { name: 'HMAC with the certificate as its secret', xml: resigned(forged, (info) => info.replace(sha256, 'http://www.w3.org/2000/09/xmldsig#hmac-sha1'), (info) => createHmac('sha1', key.x509.publicKey.export({ type: 'spki', format: 'pem' })).update(info).digest('base64')), checks: ['algorithm'] },
    { name: 'no algorithm', xml: swap(honest, sha256, ''), checks: ['algorithm'] },
    { name: 'an algorithm that objects have', xml: swap(honest, sha256, 'constructor'), checks: ['algorithm'] },
    { name: 'an XSLT transform', xml: swap(honest, 'http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/TR/1999/REC-xslt-19991116'), checks: ['algorithm'] },
    { name: 'an XPath transform that leaves the NameID out', xml: honest.replace('</ds:Transforms>', '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>not(ancestor-or-self::saml:NameID)</ds:XPath></ds:Transform></ds:Transforms>'), checks: ['structure', 'algorithm'] },
    { name: 'canonicalization with comments', xml: swap(honest, '"http://www.w3.org/2001/10/xml-exc-c14n#"', '"http://www.w3.org/2001/10/xml-exc-c14n#WithComments"'), checks: ['algorithm'] },
    { name: 'an empty signature', xml: honest.replace(/<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>'), checks: ['signature'] },
    { name: 'an empty digest', xml: honest.replace(/<ds:DigestValue>[^<]*/, '<ds:DigestValue>'), checks: ['signature'] },
    { name: 'no signature', xml: responseXml(now, assertionXml(now, { nameId: root })), checks: ['signature'] },
  ]
}

/** Every attack that is known of, with fresh keys and dates. `key` is the identity provider's, `attacker` nobody's. */
export function attacks(now: Date, key: TestKey, attacker: TestKey): readonly Attack[] {
  return [...wrappings(now, key), ...structures(now, key), ...texts(now, key), ...algorithms(now, key, attacker)]
}
