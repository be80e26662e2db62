import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { readSettings } from '../../src/config/load.ts'

const root = resolve(import.meta.dirname, '../..')
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

interface Template {
  readonly Resources: {
    readonly Provider: { readonly Properties: { readonly Url: { 'Fn::Sub': string } } }
    readonly Role: {
      readonly Properties: { readonly AssumeRolePolicyDocument: { 'Fn::Sub': string } }
    }
  }
}
interface Terraform {
  readonly resource: {
    readonly aws_iam_role: { readonly gatehouse: { readonly assume_role_policy: string } }
  }
}

test('the CloudFormation and the Terraform of the documentation trust what Gatehouse signs', () => {
  const filled = (text: string, values: Readonly<Record<string, string>>) =>
    text.replace(/\$\{([^}]+)\}/g, (_whole, name: string) => values[name] ?? assert.fail(name))
  const read = (name: string) => readFileSync(join(root, 'docs/examples/aws', name), 'utf8')
  const { Resources } = parse(read('cloudformation.yaml')) as Template
  const values = {
    Gatehouse: 'sso.example.com',
    RoleName: 'Developer',
    'AWS::AccountId': '444455556666',
    'AWS::Partition': 'aws',
  }
  const issuer = 'sso.example.com/upstream/444455556666'
  const provider = `arn:aws:iam::444455556666:oidc-provider/${issuer}`
  assert.equal(filled(Resources.Provider.Properties.Url['Fn::Sub'], values), `https://${issuer}`)
  const { AssumeRolePolicyDocument: written } = Resources.Role.Properties
  const policy = filled(written['Fn::Sub'], values)
  const terraform = (JSON.parse(read('gatehouse.tf.json')) as Terraform).resource
  const same = filled(terraform.aws_iam_role.gatehouse.assume_role_policy, {
    'aws_iam_openid_connect_provider.gatehouse.arn': provider,
    'local.issuer': issuer,
    'local.account': '444455556666',
    'var.role_name': 'Developer',
  })
  assert.deepEqual(JSON.parse(same), JSON.parse(policy))
  const [statement] = JSON.parse(policy).Statement
  assert.deepEqual(statement.Condition, {
    StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
    StringLike: { [`${issuer}:sub`]: '444455556666:Developer:*' },
  })
})
