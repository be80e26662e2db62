import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '../../src/config/load.ts'
import { audienceOf, upstreamSettings } from '../../src/upstream/settings.ts'
import { fromCloudFormation, fromTerraform } from '../upstream/documented-trust.ts'

const trust =
  '{ Version: "2012-10-17", Statement: { Effect: Allow, Principal: { AWS: "444455556666" }, ' +
  'Action: "sts:AssumeRole" } }'
const policy =
  '{ Version: "2012-10-17", Statement: { Effect: Allow, Action: "s3:GetObject", Resource: "*" } }'
const byToken = 'upstream: { type: aws, region: eu-central-1, credentials: { from: signed-token } }'

function problemsOf(accounts: string, publicUrl = 'https://sso.example.com'): readonly string[] {
  const read = readSettings(
    `publicUrl: ${publicUrl}
store: { sqlite: ':memory:' }
keys: { rootKey: { file: root.key } }
audit: { file: audit.jsonl }
accounts:
${accounts}`,
    'gatehouse.yaml',
    {},
  )
  return read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`)
}

test('an account with an upstream is refused where something of it can not hold', () => {
  const one = (upstream: string, role = '') =>
    problemsOf(`  "444455556666":
    ${upstream}
    roles: { Deploy: { trustPolicy: ${trust} ${role} } }`)
  assert.deepEqual(one(byToken, ', maxSessionDuration: 4h'), [])
  const byKey = 'credentials: { from: environment }'
  for (const [upstream, role, problem] of [
    [byToken.replace('eu-central-1', 'cn-north-1'), '', /not in the account's partition/],
    [byToken.replace(' } }', ' }, externalId: abcdef }'), '', /has no external id/],
    [byToken, `, policies: { P: ${policy} }`, /decided there, not here/],
    [byToken, ', attachedPolicies: ["arn:aws:iam::aws:policy/A"]', /decided there, not here/],
    [byToken, ', permissionsBoundary: "arn:aws:iam::aws:policy/A"', /decided there/],
    [
      'upstream: { type: aws, region: eu-west-1, credentials: { from: instance } }',
      ', maxSessionDuration: 2h',
      /lasts 1h at most \(role chaining\)/,
    ],
    [`upstream: { type: aws, region: eu-west-1, stsEndpoint: "http://x", ${byKey} }`, '', /https/],
    [`upstream: { type: sts, endpoint: "https://me:it@x", ${byKey} }`, '', /without a user/],
  ] as const) {
    const problems = one(upstream, role)
    assert.equal(problems.length, 1, `${upstream} ${role}: ${problems.join('; ')}`)
    assert.match(problems[0] ?? '', problem)
  }
})

test('an account of the European Sovereign Cloud has regions of that alone', () => {
  const of = (region: string) =>
    problemsOf(`  "444455556666":
    partition: aws-eusc
    deactivatedRegions: [eusc-de-east-1]
    ${byToken.replace('eu-central-1', region)}
    roles: { Deploy: { trustPolicy: ${trust} } }`)
  assert.deepEqual(of('eusc-de-east-1'), [])
  for (const other of ['eu-central-1', 'cn-north-1'])
    assert.match(of(other).join(), /not in the account's partition `aws-eusc`/)
})

test('the role that revokes at AWS is of the account, and nobody else takes it', () => {
  const of = (revocation: string, upstream = byToken) =>
    problemsOf(`  "444455556666":
    ${upstream.replace(/ }$/, `, revocation: ${revocation} }`)}
    roles: { Deploy: { trustPolicy: ${trust} } }`)
  const role = (arn: string) => `{ role: "${arn}" }`
  assert.deepEqual(of(role('arn:aws:iam::444455556666:role/ops/Revoker')), [])
  const byKey = byToken.replace('signed-token', 'environment')
  assert.deepEqual(of('{}', byKey), [])
  for (const [revocation, problem] of [
    ['{}', /a signed token is for a role: name the one/],
    [role('arn:aws:iam::444455556666:role/ops/deploy'), /people may take that role/],
    [role('arn:aws:iam::777788889999:role/Revoker'), /expected a role of the account/],
    [role('arn:aws-cn:iam::444455556666:role/Revoker'), /expected a role of the account/],
    [role('Revoker'), /expected the ARN of a role/],
  ] as const)
    assert.match(of(revocation).join(), problem, revocation)
})

test('tokens are signed for an https address without a port only', () => {
  for (const publicUrl of ['http://localhost:8080', 'https://sso.example.com:8443'])
    assert.match(problemsOf(`  "444455556666": { ${byToken} }`, publicUrl).join(), /without a port/)
})

test('no two accounts have one external id', () => {
  const keyed = 'type: aws, region: eu-west-1, credentials: { from: environment }'
  const two = (one: string, other: string) =>
    problemsOf(`  "444455556666": { upstream: { ${keyed}, externalId: ${one} } }
  "777788889999": { upstream: { ${keyed}, externalId: ${other} } }`)
  assert.deepEqual(two('first-random-text', 'second-random-text'), [])
  assert.match(two('a-text', 'a-text').join(), /account 444455556666 has the same one/)
})

test('no two accounts have one audience, and each has its own by default', () => {
  const two = (one: string, other: string) =>
    problemsOf(`  "444455556666": { ${byToken.replace('token }', `token${one} }`)} }
  "777788889999": { ${byToken.replace('token }', `token${other} }`)} }`)
  assert.deepEqual(two('', ''), [])
  assert.deepEqual(two(', audience: one', ', audience: other'), [])
  for (const [one, other] of [
    [', audience: sts.amazonaws.com', ', audience: sts.amazonaws.com'],
    ['', ', audience: sts.amazonaws.com/444455556666'],
  ] as const) {
    const [problem, ...more] = two(one, other)
    assert.match(
      problem ?? '',
      /777788889999.*audience: account 444455556666 has the same one: each account needs its own/,
    )
    assert.deepEqual(more, [])
  }
})

test('the CloudFormation and the Terraform of the documentation trust what Gatehouse signs', () => {
  const account = '444455556666'
  const wanted = { host: 'sso.example.com', account, role: 'Developer' }
  const { trust, ...provider } = fromCloudFormation(wanted)
  const issuer = `sso.example.com/upstream/${account}`
  const upstream = upstreamSettings.parse({
    type: 'aws',
    region: 'eu-central-1',
    credentials: { from: 'signed-token' },
  })
  const audience = audienceOf(account, upstream)
  assert.deepEqual(provider, { url: `https://${issuer}`, clientIds: [audience] })
  const [statement] = JSON.parse(trust).Statement
  assert.deepEqual(statement.Condition, {
    StringEquals: { [`${issuer}:aud`]: audience },
    StringLike: { [`${issuer}:sub`]: `${account}:Developer:*` },
  })
  const terraform = fromTerraform(wanted)
  assert.deepEqual(JSON.parse(terraform.trust), JSON.parse(trust))
  assert.deepEqual({ url: terraform.url, clientIds: terraform.clientIds }, provider)
})
