import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parsePolicy } from '../../src/policy/index.ts'
import { webIdentityTrust } from '../../src/sessions/web-identity.ts'

const folder = join(import.meta.dirname, '../../docs/examples/trust')
const account = '111122223333'

/** Example → whom it lets in, and somebody whom it must not. */
const people: Readonly<
  Record<
    string,
    {
      provider: string
      audience: string
      subject: string
      stranger: { subject?: string; audience?: string }
    }
  >
> = {
  'google.json': {
    provider: 'accounts.google.com',
    audience: '1234567890-ios.apps.googleusercontent.com',
    subject: '110169484474386276334',
    stranger: { audience: 'other.apps.googleusercontent.com' },
  },
  'facebook.json': {
    provider: 'www.facebook.com',
    audience: '1234567890123456',
    subject: '4455667788',
    stranger: { audience: '99' },
  },
  'amazon.json': {
    provider: 'www.amazon.com',
    audience: 'amzn1.application-oa2-client.0123456789abcdef',
    subject: 'amzn1.account.AE',
    stranger: { audience: 'amzn1.application-oa2-client.other' },
  },
  'github-actions.json': {
    provider: 'token.actions.githubusercontent.com',
    audience: 'sts.amazonaws.com',
    subject: 'repo:acme/shop:ref:refs/heads/main',
    stranger: { subject: 'repo:evil/shop:ref:refs/heads/main' },
  },
  'kubernetes.json': {
    provider: 'kubernetes.corp.example.com',
    audience: 'gatehouse',
    subject: 'system:serviceaccount:shop:reports',
    stranger: { subject: 'system:serviceaccount:evil:reports' },
  },
}

test('every example of a trust policy is tried', () =>
  assert.deepEqual(readdirSync(folder).sort(), Object.keys(people).sort()))

for (const [file, { stranger, ...person }] of Object.entries(people)) {
  test(`${file} parses, lets its own people in and nobody else`, () => {
    const trustPolicy = readFileSync(join(folder, file), 'utf8')
    assert.deepEqual(parsePolicy('trust', file, trustPolicy).ok, true)
    const decided = (change: object) =>
      webIdentityTrust({
        identity: {
          ...person,
          methods: [],
          issuedAt: new Date(),
          tags: [],
          transitiveTagKeys: [],
          ...change,
        },
        providerArn: `arn:aws:iam::${account}:oidc-provider/${person.provider}`,
        roleArn: `arn:aws:iam::${account}:role/App`,
        sessionName: 's',
        organization: undefined,
        facts: {
          now: new Date(),
          sourceAddress: '192.0.2.1',
          userAgent: '',
          secure: true,
          region: 'eu-central-1',
        },
        role: {
          account,
          createdAt: '',
          managedBy: 'config',
          id: 'AROA',
          name: 'App',
          path: '/',
          inlinePolicies: {},
          attachedPolicies: [],
          tags: [],
          trustPolicy,
          maxSessionDurationSeconds: 3600,
        },
      })
    assert.deepEqual([decided({}).decision.effect, decided({}).lacking], ['allow', undefined])
    assert.equal(decided(stranger).decision.effect, 'implicit-deny')
  })
}
