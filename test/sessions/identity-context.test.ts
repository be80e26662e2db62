import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Identity } from '../../src/kernel/identity.ts'
import { knownKey } from '../../src/policy/validate/known-keys.ts'
import { identityContext } from '../../src/sessions/identity-context.ts'

const oids = [
  ...Array.from({ length: 11 }, (_, at) => `urn:oid:1.3.6.1.4.1.5923.1.1.1.${at + 1}`),
  ...Array.from({ length: 5 }, (_, at) => `urn:oid:1.3.6.1.4.1.5923.1.2.1.${at + 2}`),
  ...['2.5.4.3', '2.5.4.4', '2.5.4.41', '2.5.4.42', '2.5.4.45'].map((oid) => `urn:oid:${oid}`),
  ...['1', '3', '45'].map((last) => `urn:oid:0.9.2342.19200300.100.1.${last}`),
  'http://schemas.xmlsoap.org/claims/CommonName',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/primarygroupsid',
]

function identityOf(protocol: Identity['protocol']): Identity {
  const saml = { issuer: 'https://idp.example.com', recipient: 'https://sso.example.com/acs' }
  return {
    connector: 'corp',
    protocol,
    subject: 'e-17',
    username: 'alice',
    displayName: 'Alice',
    groups: ['admins'],
    attributes: new Map(oids.map((name) => [name, ['one', 'two']])),
    authenticatedAt: new Date(0),
    strength: 'password',
    ...(protocol === 'saml' && { saml }),
  } as Identity
}

test('policies are validated with every condition key that an identity brings', () => {
  for (const protocol of ['ldap', 'file', 'saml'] as const) {
    const { context } = identityContext(identityOf(protocol), `${protocol}-provider/corp`, {
      account: '111122223333',
      now: new Date(),
    })
    const strange = [...context.keys()].filter(
      (key) => typeof knownKey(key, undefined) !== 'object',
    )
    assert.ok(context.size > oids.length)
    assert.deepEqual(strange, [], protocol)
  }
})
