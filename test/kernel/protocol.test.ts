import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  assumeAction,
  identityTypeOf,
  type Protocol,
  protocols,
} from '../../src/kernel/protocol.ts'
import { protocolLooks } from '../../views/sign-in/protocol-look.ts'

/** Design, "Two locks"; STS API reference; CloudTrail user guide, "userIdentity element". */
const expected: Readonly<Record<Protocol, readonly [flow: string, action: string, type: string]>> =
  {
    file: ['password', 'sts:AssumeRoleWithLDAPIdentity', 'LDAPUser'],
    ldap: ['password', 'sts:AssumeRoleWithLDAPIdentity', 'LDAPUser'],
    saml: ['redirect', 'sts:AssumeRoleWithSAML', 'SAMLUser'],
    oidc: ['redirect', 'sts:AssumeRoleWithWebIdentity', 'WebIdentityUser'],
  }

test('every protocol answers its own action, flow and identity type, and none by default', () => {
  const found = Object.entries(protocols).map(([name, { flow, identityType }]) => [
    name,
    [flow, assumeAction(name as Protocol), identityType],
  ])
  assert.deepEqual(Object.fromEntries(found), expected)
})

test('who calls an operation that takes a proof has the identity type of its protocol', () => {
  for (const { assume, identityType } of Object.values(protocols))
    assert.equal(identityTypeOf(assume), identityType)
  assert.equal(identityTypeOf('AssumeRole'), undefined)
})

test('protocols that a person can tell apart are told apart on the sign-in page', () => {
  assert.deepEqual(Object.keys(protocolLooks), Object.keys(protocols))
  const hints = Object.values(protocolLooks).map(({ hint }) => hint)
  assert.equal(new Set(hints).size, hints.length)
})
