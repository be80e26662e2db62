import assert from 'node:assert/strict'
import { deflateRawSync } from 'node:zlib'
import { test } from 'node:test'
import { decodeRedirected } from '../../../src/connectors/saml/decode-message.ts'
import { proveResponse } from '../../../src/connectors/saml/response.ts'
import { SamlFault } from '../../../src/connectors/saml/saml-fault.ts'
import { attacks } from './attacks.ts'
import { acs, idpEntity, makeKey, signedResponse, spEntity, trusting } from './identity-provider.ts'

const now = new Date()
const key = makeKey(now)
const expected = { now, skewSeconds: 60, issuer: idpEntity, audiences: [spEntity], recipients: [acs] }
const trust = trusting([key])

test('the honest response that the attacks are made of is accepted', () => {
  assert.equal(proveResponse(signedResponse(now, key), trust, expected).assertion.subject.nameId, 'alice')
})

for (const { name, xml, checks } of attacks(now, key, makeKey(now, 'evil.example.com'))) {
  test(`refused: ${name}`, () => {
    assert.throws(() => proveResponse(xml, trust, expected), (error) => error instanceof SamlFault && (checks.includes(error.check) || assert.fail(error.detail)))
  })
}

test('a message that inflates to more than the cap is refused before it is there', () => {
  const bomb = deflateRawSync(Buffer.alloc(50_000_000, 'a')).toString('base64')
  assert.throws(() => decodeRedirected(bomb), { check: 'size' })
})
