import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { authnRequestXml, sendMessage } from '../../../src/connectors/saml/requests.ts'
import { proveResponse } from '../../../src/connectors/saml/response.ts'
import { runProgram } from '../../peers/child.ts'
import { requirePeer } from '../../peers/require.ts'
import {
  acs,
  assertionXml,
  encryptedAssertion,
  idpEntity,
  makeKey,
  responseXml,
  signedPart,
  spEntity,
  trusting,
} from './identity-provider.ts'

const now = new Date()
const key = makeKey(now)
const samlp = 'urn:oasis:names:tc:SAML:2.0:protocol'
const expected = {
  now,
  skewSeconds: 60,
  issuer: idpEntity,
  audiences: [spEntity],
  recipients: [acs],
}

async function desk(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-xmlsec-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'key.pem'), key.key.export({ type: 'pkcs8', format: 'pem' }))
  await writeFile(join(folder, 'cert.pem'), key.x509.toString())
  return async (name: string, content: string, ...args: readonly string[]) => {
    await writeFile(join(folder, name), content)
    return runProgram('xmlsec1', [
      ...args.map((arg) => arg.replace('@', `${folder}/`)),
      join(folder, name),
    ])
  }
}

test('xmlsec1 verifies our signed request', async (t) => {
  if (!requirePeer(t, 'xmlsec1')) return
  const xmlsec = await desk(t)
  const send = sendMessage(
    { post: 'https://idp.example.com/sso' },
    {
      parameter: 'SAMLRequest',
      make: (to) =>
        authnRequestXml(
          {
            id: '_q1',
            issuedAt: now,
            entityId: 'a&b',
            acs,
            forceAuthn: true,
            contexts: ['https://refeds.org/profile/mfa'],
          },
          to,
        ),
      own: key,
    },
  )
  assert.ok(send.by === 'post')
  const xml = Buffer.from(send.fields.SAMLRequest!, 'base64').toString()
  await xmlsec(
    'request.xml',
    xml,
    '--verify',
    '--pubkey-cert-pem',
    '@cert.pem',
    '--id-attr:ID',
    `${samlp}:AuthnRequest`,
  )
  await assert.rejects(
    xmlsec(
      'forged.xml',
      xml.replace('refeds', 'evil'),
      '--verify',
      '--pubkey-cert-pem',
      '@cert.pem',
      '--id-attr:ID',
      `${samlp}:AuthnRequest`,
    ),
  )
})

for (const algorithm of ['rsa-sha256', 'rsa-sha384', 'rsa-sha512'] as const) {
  test(`what xmlsec1 signs with ${algorithm} is accepted, with lines and prefixes`, async (t) => {
    if (!requirePeer(t, 'xmlsec1')) return
    const xmlsec = await desk(t)
    const assertion = assertionXml(now, { id: '_a1', nameId: 'a\u2028l\u0085ice' }).replace(
      '<saml:AttributeValue>',
      '<saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" ' +
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">',
    )
    const c14n = 'http://www.w3.org/2001/10/xml-exc-c14n#'
    const template =
      '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n<ds:SignedInfo>\n' +
      `<ds:CanonicalizationMethod Algorithm="${c14n}"/>\n` +
      `<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#${algorithm}"/>\n` +
      '<ds:Reference URI="#_a1"><ds:Transforms><ds:Transform ' +
      'Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform ' +
      `Algorithm="${c14n}"><ec:InclusiveNamespaces xmlns:ec="${c14n}" ` +
      'PrefixList="xs #default"/></ds:Transform></ds:Transforms><ds:DigestMethod ' +
      'Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference>\n' +
      '</ds:SignedInfo>\n<ds:SignatureValue/>\n' +
      '<ds:KeyInfo><ds:X509Data/></ds:KeyInfo></ds:Signature>'
    const whole = responseXml(
      now,
      assertion.replace('</saml:Issuer>', `</saml:Issuer>${template}`),
    ).replace('<samlp:Response', '<samlp:Response xmlns="urn:example:default"')
    const signed = await xmlsec(
      'response.xml',
      whole,
      '--sign',
      '--privkey-pem',
      '@key.pem',
      '--id-attr:ID',
      'urn:oasis:names:tc:SAML:2.0:assertion:Assertion',
    )
    const { subject } = proveResponse(signed, trusting([key]), expected).assertion
    assert.equal(subject?.nameId, 'a\u2028l\u0085ice')
  })
}

test('xmlsec1 opens what the tests encrypt, so that what we open is real', async (t) => {
  if (!requirePeer(t, 'xmlsec1')) return
  const xmlsec = await desk(t)
  for (const content of ['aes128-cbc', 'aes256-gcm'] as const) {
    const xml = responseXml(
      now,
      encryptedAssertion(signedPart(assertionXml(now), key), createPublicKey(key.key), content),
    )
    assert.match(
      await xmlsec(`${content}.xml`, xml, '--decrypt', '--privkey-pem', '@key.pem'),
      />alice<\/saml:NameID>/,
    )
  }
})
