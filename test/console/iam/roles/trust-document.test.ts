import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trustDocument } from '../../../../src/console/iam/roles/trust-document.ts'
import { parsePolicy } from '../../../../src/policy/index.ts'

const place = { partition: 'aws', account: '111122223333' }
const statementOf = (values: Readonly<Record<string, string>>) => {
  const text = trustDocument(values, place)
  assert.ok(parsePolicy('trust', 'the trust policy', text).ok, text)
  return JSON.parse(text).Statement[0]
}

test('an account is trusted as a whole, with the external ID and MFA that were asked for', () => {
  const account = { Trusted: 'account', Account: '444455556666', ExternalId: '', NeedsMfa: 'false' }
  assert.deepEqual(statementOf(account), {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::444455556666:root' },
    Action: 'sts:AssumeRole',
  })
  const { Condition } = statementOf({ ...account, ExternalId: 'acme-7', NeedsMfa: 'true' })
  assert.deepEqual(Condition, {
    StringEquals: { 'sts:ExternalId': 'acme-7' },
    Bool: { 'aws:MultiFactorAuthPresent': 'true' },
  })
})

test('a token’s audience is always asked for, and its subject exactly or by a pattern', () => {
  const OidcProvider = 'arn:aws:iam::111122223333:oidc-provider/idp.example.com/ci'
  const oidc = { Trusted: 'oidc', OidcProvider, Audience: 'sts.example' }
  const key = 'idp.example.com/ci'
  assert.deepEqual(statementOf({ ...oidc, Subject: '' }).Condition, {
    StringEquals: { [`${key}:aud`]: 'sts.example' },
  })
  assert.deepEqual(statementOf({ ...oidc, Subject: 'repo:acme/shop' }).Condition, {
    StringEquals: { [`${key}:aud`]: 'sts.example', [`${key}:sub`]: 'repo:acme/shop' },
  })
  assert.deepEqual(statementOf({ ...oidc, Subject: 'repo:acme/*' }).Condition, {
    StringEquals: { [`${key}:aud`]: 'sts.example' },
    StringLike: { [`${key}:sub`]: 'repo:acme/*' },
  })
})

test('services, SAML providers and directories are trusted by the action of their protocol', () => {
  assert.equal(
    statementOf({ Trusted: 'service', Service: 'ec2.amazonaws.com' }).Principal.Service,
    'ec2.amazonaws.com',
  )
  const SamlProvider = 'arn:aws:iam::111122223333:saml-provider/Entra'
  const saml = statementOf({ Trusted: 'saml', SamlProvider, SamlAudience: 'https://sso/saml' })
  assert.deepEqual(saml.Condition, { StringEquals: { 'SAML:aud': 'https://sso/saml' } })
  assert.deepEqual(saml.Action, ['sts:AssumeRoleWithSAML', 'sts:TagSession'])
  const staff = statementOf({ Trusted: 'directory', ConnectorKind: 'file', Connector: 'staff' })
  assert.equal(staff.Principal.Federated, 'arn:aws:iam::111122223333:file-provider/staff')
  assert.ok(staff.Action.includes('sts:AssumeRoleWithLDAPIdentity'))
})

test('what is typed stays a text of the document, whatever signs it has', () => {
  const ExternalId = '"}],"Statement":[{"Effect":"Allow","Principal":"*"'
  const { Condition, Principal } = statementOf({
    ...{ Trusted: 'account', Account: '444455556666', ExternalId },
  })
  assert.equal(Condition.StringEquals['sts:ExternalId'], ExternalId)
  assert.deepEqual(Principal, { AWS: 'arn:aws:iam::444455556666:root' })
})
