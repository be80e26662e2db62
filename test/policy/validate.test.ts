import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type FindingCode,
  findingTable,
  type PolicyKind,
  parsePolicy,
  validate,
} from '../../src/policy/index.ts'
import { problemCodes } from '../../src/policy/problem-code.ts'
import { actionReference } from '../../src/reference/action-reference.ts'
import { statement } from './arbitraries.ts'
import { runs } from './property-runs.ts'
import { decisions, documentOf, type Holder, type Written } from './written-policy.ts'

interface Case {
  readonly code: FindingCode
  readonly kind?: PolicyKind
  readonly holder?: Holder
  readonly with: Written
  readonly without: Written
  /** Where the finding stands. */
  readonly path?: string
}
const { cases } = decisions<{ readonly cases: readonly Case[] }>('findings.json')
const root = join(import.meta.dirname, '../..')
const account = '111122223333'
const reference = await actionReference()

for (const { code, kind = 'identity', holder, with: has, without, path } of cases) {
  test(`${code} is told of a policy that has it, and not of one that has not`, () => {
    const circumstances = { reference, account, ...(holder && { holder }) }
    const found = validate(kind, documentOf(has, kind), circumstances)
    assert.ok(
      found.some((one) => one.code === code && (path === undefined || one.path === path)),
      `told: ${found.map((one) => `${one.code} at ${one.path}`).join(', ')}`,
    )
    const other = validate(kind, documentOf(without, kind), circumstances)
    assert.ok(
      other.every((one) => one.code !== code),
      `${code} is told of the one without`,
    )
    assert.deepEqual(
      other
        .filter(({ severity }) => severity === 'error')
        .map((one) => `${one.code}: ${one.message}`),
      [],
      'the one without is no policy',
    )
  })
}

test('document-too-long is told of a document that is', () => {
  const text = documentOf({}, 'identity')
  assert.deepEqual(
    validate('identity', text + ' '.repeat(131_072)).map(({ code }) => code),
    ['document-too-long'],
  )
  assert.deepEqual(validate('identity', text.padEnd(131_072)), [])
})

test('every finding has a case', () => {
  const had = new Set<string>(['document-too-long', ...cases.map(({ code }) => code)])
  assert.deepEqual(
    [...problemCodes, ...Object.keys(findingTable)].filter((code) => !had.has(code)),
    [],
  )
})

test('a finding stands on its line, with what to do', () => {
  const text =
    '{\n  "Version": "2012-10-17",\n  "Statement": {\n    "Effect": "Allow",\n    "Action": ' +
    '["s3:GetObject", "s3:GetObjekt"],\n    "Resource": "arn:aws:s3:::photos/*"\n  }\n}'
  assert.deepEqual(validate('identity', text, { reference }), [
    {
      code: 'unknown-action',
      severity: 'error',
      line: 5,
      column: 32,
      path: 'Statement.Action[1]',
      message: 's3 has no action `GetObjekt`: did you mean `GetObject`?',
      advice: findingTable['unknown-action'].advice,
      mend: { words: 'Write s3:GetObject', from: 100, to: 114, insert: '"s3:GetObject"' },
    },
  ])
})

/** Characters without white space that are too many, and where nine tenths of them stand. */
const quotas: readonly (readonly [kind: PolicyKind, holder: Holder | undefined, quota: number])[] =
  [
    ['identity', 'managed', 6144],
    ['identity', 'user', 2048],
    ['identity', 'group', 5120],
    ['identity', 'role', 10_240],
    ['boundary', undefined, 6144],
    ['trust', undefined, 4096],
    ['service-control', undefined, 10_240],
    ['resource-control', undefined, 5120],
  ]
function sized(kind: PolicyKind, size: number): string {
  const filled = (length: number) =>
    documentOf({ Condition: { StringEquals: { 'aws:PrincipalTag/a': 'x'.repeat(length) } } }, kind)
  return filled(size - filled(0).length)
}
for (const [kind, holder, quota] of quotas) {
  test(`near the quota from nine tenths on, and over it behind: ${holder ?? kind}`, () => {
    const told = (text: string) =>
      validate(kind, text, { ...(holder && { holder }) }).flatMap(({ code, message }) =>
        /quota/.test(code) ? [`${code}: ${message}`] : [],
      )
    const near = Math.floor(quota * 0.9)
    assert.deepEqual(told(sized(kind, near)), [])
    assert.deepEqual(told(sized(kind, near + 1)), [
      `near-quota: ${near + 1} of ${quota} characters without white space are used`,
    ])
    assert.deepEqual(told(sized(kind, quota)), [
      `near-quota: ${quota} of ${quota} characters without white space are used`,
    ])
    if (quota < 10_240 && kind === 'identity') {
      assert.deepEqual(told(`  \n\t${sized(kind, quota + 1)}`), [
        `over-quota: ${quota + 1} characters without white space are more than ${quota}`,
      ])
    }
  })
}

test('a policy that nobody holds yet is told when it fits no managed one', () => {
  const codes = (kind: PolicyKind, size: number) =>
    validate(kind, ` ${sized(kind, size)} `).map(({ code, message }) => `${code}: ${message}`)
  assert.deepEqual(codes('identity', 6144), [])
  assert.deepEqual(codes('identity', 6145), [
    'over-managed-quota: 6145 characters without white space are more than 6144',
  ])
  assert.deepEqual(codes('resource', 20_000), [])
  assert.deepEqual(codes('session', 6144), [])
  const boundary = validate('boundary', sized('boundary', 5500), { holder: 'user' }).map(
    ({ code }) => code,
  )
  assert.deepEqual(boundary, [], 'who holds it counts for identity policies only')
})

test('the gravest come first', () => {
  const told = validate(
    'identity',
    documentOf(
      [
        { Action: '*', Resource: '*', Sid: 'a' },
        { Action: 's3:NoSuch' },
        { Action: ['s3:GetObject', 's3:GetObject'] },
      ],
      'identity',
    ),
    { reference },
  )
  assert.deepEqual(
    [...new Set(told.map(({ severity }) => severity))],
    ['error', 'security-warning', 'suggestion'],
  )
})

test('without a reference nothing is said about names', () => {
  assert.deepEqual(validate('identity', documentOf({ Action: 'nosuch:Thing' }, 'identity')), [])
})

test('the example trust policies have no error and no security warning', () => {
  const folder = join(root, 'docs/examples/trust')
  for (const file of readdirSync(folder)) {
    const told = validate('trust', readFileSync(join(folder, file), 'utf8'), { reference, account })
    assert.deepEqual(
      told.filter(({ severity }) => severity === 'error' || severity === 'security-warning'),
      [],
      file,
    )
  }
})

test('whatever parses can be validated', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(statement('Allow'), statement('Deny')), { minLength: 1, maxLength: 6 }),
      (statements) => {
        const told = validate(
          'identity',
          JSON.stringify({ Version: '2012-10-17', Statement: statements }),
          { reference, account },
        )
        for (const { line, column, path } of told)
          assert.ok(line === 1 && column >= 1 && path !== undefined)
      },
    ),
    { numRuns: runs(300) },
  )
})

test('a finding stands at a single value, at the name of a list, or at the one of a list', () => {
  const placeOf = (members: string) =>
    validate(
      'identity',
      `{"Version":"2012-10-17","Statement":[{\n"Effect":"Allow",\n${members}}]}`,
    ).map(({ code, line, column }) => `${code} ${line}:${column}`)
  assert.deepEqual(placeOf('"Action":"s3:GetObject",\n"NotResource":"arn:aws:s3:::a"'), [
    'not-resource-with-allow 4:15',
  ])
  assert.deepEqual(placeOf('"Action":"s3:GetObject",\n"NotResource":["arn:aws:s3:::a"]'), [
    'not-resource-with-allow 4:1',
  ])
  assert.deepEqual(placeOf('"Resource":"*",\n"Action":["s3:Get*","s3:GetObject"]'), [
    'redundant-action 4:21',
  ])
})

test('a pattern in a trust policy is judged by the ways to take a role that it covers', () => {
  const told = (Action: string) =>
    validate(
      'trust',
      JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111122223333:user/bob' },
          Action,
        },
      }),
    ).map(({ code }) => code)
  for (const wide of ['sts:Assume*', 'sts:assumerolewith*', 'sts:*', '*']) {
    assert.ok(told(wide).includes('wide-trust-action'), wide)
    assert.ok(!told(wide).includes('action-outside-trust'), wide)
  }
  for (const one of ['sts:AssumeRole', 'sts:AssumeRoleWithS*', 'sts:Tag*'])
    assert.ok(!told(one).some((code) => /trust-action|outside-trust/.test(code)), one)
  assert.ok(told('sts:GetCallerIdentity').includes('action-outside-trust'))
})

test('two statements with one Sid are told though one of them lacks something', () => {
  const parsed = parsePolicy(
    'identity',
    'p',
    '{"Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:*"},{"Sid":"A","Effect":"Allow",' +
      '"Action":"s3:*","Resource":"*"}]}',
  )
  assert.ok(
    !parsed.ok &&
      parsed.problems.some(
        ({ code, path }) => code === 'duplicate-sid' && path === 'Statement[1].Sid',
      ),
  )
})

test('a policy that is too large is judged all the same', () => {
  const statements = Array.from({ length: 60 }, (_, at) => ({
    Action: 's3:GetObjekt',
    Resource: `arn:aws:s3:::a-bucket-whose-name-is-as-long-as-names-of-buckets-can-be-${at}/*`,
    Condition: { StringEquals: { 'aws:username': 'x'.repeat(100) } },
  }))
  const codes = validate('identity', documentOf(statements, 'identity'), { reference }).map(
    ({ code }) => code,
  )
  assert.equal(codes[0], 'policy-too-large')
  assert.equal(codes.filter((code) => code === 'unknown-action').length, 60)
  assert.ok(!codes.includes('over-managed-quota'), 'its size is told once')
})

test('statements are compared with each other up to a number that no stored policy has', () => {
  const twins = (count: number) =>
    validate('identity', documentOf(Array(count).fill({ Action: 's3:Get*' }), 'identity')).filter(
      ({ code }) => code === 'duplicate-statement',
    ).length
  assert.equal(twins(100), 99)
  assert.equal(twins(700), 0)
})
