import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Protocol } from '../../../src/kernel/protocol.ts'
import { credentialsPanel } from '../../../views/portal/credentials.ts'

const shown = (protocol: Protocol, terminal = true): string =>
  credentialsPanel({
    credentials: {
      accessKeyId: 'ASIAEXAMPLEEXAMPLE00',
      secretAccessKey: 'not-a-real-secret',
      sessionToken: 'ghs1.x',
      expiration: new Date('2026-01-01T01:00:00Z'),
    },
    account: '111122223333',
    accountName: 'data',
    roleName: 'Developer',
    roleArn: 'arn:aws:iam::111122223333:role/Developer',
    username: 'amina',
    connector: 'staff',
    protocol,
    endpoint: 'https://sso.example.com',
    region: 'eu-central-1',
    terminal,
    now: new Date('2026-01-01T00:00:00Z'),
  })
    .text.replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')

test('every format names one address for all services, and says which client ignores it', () => {
  const text = shown('ldap')
  assert.match(text, /export AWS_ENDPOINT_URL="https:\/\/sso\.example\.com"/)
  assert.match(text, /\$Env:AWS_ENDPOINT_URL="https:\/\/sso\.example\.com"/)
  const profiles = text.match(/\[profile data-Developer\]\n[^<\n]*\n[^<\n]*/g)
  const profile =
    '[profile data-Developer]\nregion = eu-central-1\nendpoint_url = https://sso.example.com'
  assert.deepEqual(profiles, [profile, profile])
  assert.equal(text.match(/# AWS CLI 2\.13, 1\.29 or newer/g)?.length, 2)
  assert.match(text, /send the session token to Amazon/)
  assert.match(text, /aws --endpoint-url https:\/\/sso\.example\.com sts get-caller-identity/)
})

test('who signs in with the browser gets no lines that ask for a password', () => {
  for (const protocol of ['file', 'ldap'] as const) {
    assert.match(shown(protocol), /credential_process = gatehouse credentials/)
    assert.doesNotMatch(shown(protocol), /no line here can renew them/)
  }
  for (const protocol of ['saml', 'oidc'] as const) {
    const text = shown(protocol)
    assert.match(text, /# {3}gatehouse login --endpoint https:\/\/sso\.example\.com\n/)
    const role = 'arn:aws:iam::111122223333:role/Developer'
    const command = `gatehouse credentials --endpoint https://sso.example.com --role ${role}`
    assert.ok(text.includes(`credential_process = ${command}\n`) || text.includes(`${command}<`))
    assert.doesNotMatch(text, /no line here can renew them|asks for your password/)
  }
})

test('who signs in with the browser learns where nothing can be renewed', () => {
  for (const protocol of ['saml', 'oidc'] as const) {
    assert.doesNotMatch(shown(protocol, false), /credential_process|Renewing/)
    assert.match(shown(protocol, false), /no line here can renew them: come back when they end/)
  }
  assert.match(shown('ldap', false), /Renewing/)
})
