import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { consoleLink, consolePage } from '../../src/upstream/partitions.ts'
import { createUpstreamTokens, subjectOf } from '../../src/upstream/tokens.ts'
import type { Taker } from '../../src/upstream/upstream.ts'

const account = '444455556666'
const taker = fc.record({ from: fc.string(), name: fc.string() })
const roleName = fc.stringMatching(/^[\w+=,.@-]{1,64}$/)

test('the subject of a token names one role, whoever takes it', () => {
  fc.assert(
    fc.property(roleName, roleName, taker, (name, other, who) => {
      const subject = subjectOf(account, { roleName: name, taker: who })
      assert.ok(subject.length <= 255)
      assert.match(subject, /^[\w+=,.@/:%~-]+$/)
      // As `StringLike "ACCOUNT:ROLE:*"` reads it.
      assert.equal(subject.startsWith(`${account}:${other}:`), name === other)
    }),
  )
})

test('two takers have two subjects, also where their names are long or alike', () => {
  fc.assert(
    fc.property(taker, taker, (one, other) => {
      const of = (who: Taker) => subjectOf(account, { roleName: 'Deploy', taker: who })
      const isOne =
        one.from.toWellFormed() === other.from.toWellFormed() &&
        one.name.toWellFormed() === other.name.toWellFormed()
      assert.equal(of(one) === of(other), isOne)
    }),
  )
  const of = (from: string, name: string) =>
    subjectOf(account, { roleName: 'A', taker: { from, name } })
  assert.notEqual(
    of('oidc-provider/ci.example.com', 'corp/main'),
    of('oidc-provider/ci.example.com/corp', 'main'),
    'a subject with a slash, and a provider with a path',
  )
  const long = 'x'.repeat(400)
  assert.notEqual(of('ldap-provider/corp', `${long}1`), of('ldap-provider/corp', `${long}2`))
})

test('each account has its own issuer, and only those that ask for one publish it', async () => {
  const signed: Readonly<Record<string, unknown>>[] = []
  const token = { from: 'signed-token', audience: 'sts.amazonaws.com' } as const
  const tokens = createUpstreamTokens({
    publicUrl: new URL('https://sso.example.com'),
    accounts: () => [
      { id: account, upstream: { type: 'aws', region: 'eu-west-1', credentials: token } },
      {
        id: '111122223333',
        upstream: { type: 'aws', region: 'eu-west-1', credentials: { from: 'environment' } },
      },
      { id: '999900001111' },
    ],
    signingKeys: {
      sign: async (_algorithm, claims) => {
        signed.push(claims)
        return 'token'
      },
      published: async () => ({ keys: [] }),
    },
    clock: { now: () => new Date('2026-11-30T10:00:00Z') },
    ids: { uuid: () => 'id' },
  })
  assert.equal((await tokens.discovery(account))?.issuer, tokens.issuer(account))
  for (const other of ['111122223333', '999900001111', '000000000000']) {
    assert.equal(await tokens.discovery(other), undefined)
    assert.equal(await tokens.keys(other), undefined)
  }
  await tokens.sign(account, 'sts.amazonaws.com', {
    roleArn: `arn:aws:iam::${account}:role/Deploy`,
    roleName: 'Deploy',
    sessionName: 'a-name-that-the-caller-chose',
    durationSeconds: 3600,
    tags: [{ Key: 'team', Value: 'a' }],
    transitiveTagKeys: ['team'],
    sourceIdentity: 'jonas',
    policyArns: [],
    taker: { from: 'ldap-provider/corp', name: 'auth/jonas' },
  })
  const at = Date.parse('2026-11-30T10:00:00Z') / 1000
  assert.deepEqual(signed, [
    {
      iss: `https://sso.example.com/upstream/${account}`,
      sub: `${account}:Deploy:ldap-provider/corp/auth%2fjonas`,
      aud: 'sts.amazonaws.com',
      iat: at,
      nbf: at,
      exp: at + 300,
      jti: 'id',
      'https://aws.amazon.com/tags': {
        principal_tags: { team: ['a'] },
        transitive_tag_keys: ['team'],
      },
      'https://aws.amazon.com/source_identity': 'jonas',
    },
  ])
})

test('only pages of the partition’s console are opened, without the account in their host', () => {
  const home = 'https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1'
  const of = (wanted: string) => consolePage(wanted, { partition: 'aws', region: 'eu-west-1' })
  assert.equal(
    of('https://444455556666-a1b2c3d4.eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1#x'),
    'https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1#x',
  )
  for (const other of [
    'https://evil.example/console.aws.amazon.com',
    'https://console.aws.amazon.com.evil.example/',
    'https://evilconsole.aws.amazon.com/',
    'http://console.aws.amazon.com/',
    'https://console.aws.amazon.com:8443/',
    'https://me@console.aws.amazon.com/',
    'https://console.amazonaws.cn/',
    '//console.aws.amazon.com/',
    'javascript:alert(1)',
    'https://console.aws.amazon.com/\u0000',
    `https://console.aws.amazon.com/${'x'.repeat(3000)}`,
  ])
    assert.equal(of(other), home, other)
  assert.equal(
    consoleLink('https://console.amazonaws.cn/', 'aws-cn'),
    'https://console.amazonaws.cn/',
  )
  assert.equal(consoleLink('https://console.aws.amazon.com/', 'constructor'), undefined)
})
