import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { authorizationMessages } from '../../src/aws/authorization-message.ts'
import { assumeRole } from '../../src/aws/sts/assume-role.ts'
import { loadKeyRing } from '../../src/credentials/key-ring.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { Ids } from '../../src/kernel/ids.ts'
import type { Decision, Question } from '../../src/policy/question.ts'
import type { RoleRecord } from '../../src/store/records.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import {
  account,
  messageOf,
  now,
  oneDevice,
  policy,
  send,
  userCaller,
  wireScene,
} from './wire-scene.ts'

const question: Question = {
  principal: { kind: 'user', arn: 'arn:aws:iam::111122223333:user/jo', account: '111122223333' },
  action: 'iam:DeleteRole',
  resource: 'arn:aws:iam::111122223333:role/x',
  context: new Map([
    ['aws:sourceip', ['192.0.2.1']],
    ['ldap:groups', Array.from({ length: 500 }, (_, i) => `group-${i}`)],
  ]),
}
const decision: Decision = {
  effect: 'explicit-deny',
  because: [{ policy: 'Guard', statement: 1, sid: 'NoDelete', layer: 'boundary' }],
  missingContext: ['aws:mfa'],
}

const layers = { identity: [] }

async function messages() {
  const store = await openSqliteStore({ path: ':memory:', clock: systemClock })
  const ring = await loadKeyRing({
    documents: store.documents,
    rootKey: Buffer.alloc(32, 1),
    clock: systemClock,
    ids: new Ids(),
  })
  return {
    ...authorizationMessages(ring),
    ring,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

test('a message tells the statements to who decodes it, and nothing before', async () => {
  await using made = await messages()
  const encoded = made.encode(question, decision, layers)!
  // A hyphen in front would be an option to the AWS CLI.
  assert.match(encoded, /^ghm1\.[\w.-]+$/)
  const { account, document } = made.decode(encoded)!
  assert.equal(account, '111122223333')
  const told = JSON.parse(document)
  assert.equal(told.explicitDeny, true)
  assert.deepEqual(told.matchedStatements.items, [
    { sourcePolicyType: 'boundary', sourcePolicyId: 'Guard', statementId: 'NoDelete' },
  ])
  assert.deepEqual(
    [told.context.action, told.context.resource, told.missingContextKeys.items],
    ['iam:DeleteRole', 'arn:aws:iam::111122223333:role/x', ['aws:mfa']],
  )
  assert.equal(
    told.context.conditions.items.find(({ key }: { key: string }) => key === 'ldap:groups').values
      .items.length,
    20,
  )
})

test("the message tells no tags and no policies of another account's resource", async () => {
  await using made = await messages()
  const foreign = {
    ...question,
    resourceAccount: '999900001111',
    context: new Map([
      ...question.context,
      ['aws:resourcetag/project', ['merger']],
      ['iam:resourcetag/project', ['merger']],
    ]),
  }
  const trust: Decision = {
    ...decision,
    because: [
      { policy: 'Secret trust policy', statement: 0, sid: 'NoContractors', layer: 'trust' },
    ],
    blockedBy: 'trust',
    missingContext: ['sts:externalid'],
  }
  const { document } = made.decode(made.encode(foreign, trust, layers)!)!
  for (const secret of ['merger', 'Secret', 'NoContractors', 'externalid'])
    assert.ok(!document.includes(secret), secret)
  assert.match(document, /iam:DeleteRole/)
})

test('a message that was altered, cut, of another purpose, or too large, is none', async () => {
  await using made = await messages()
  const encoded = made.encode(question, decision, layers)!
  for (let end = 0; end < encoded.length; end += 7)
    assert.equal(made.decode(encoded.slice(0, end)), undefined)
  assert.equal(made.decode(`${encoded}A`), undefined)
  const other = made.ring.seal('session-token', Buffer.from('{}'))
  for (const text of [other, `ghm1.${other}`, encoded.slice('ghm1.'.length)])
    assert.equal(made.decode(text), undefined)
  const noise = Array.from(
    { length: 3000 },
    (_, i) => [`k${Math.imul(i, 2_654_435_761) >>> 0}`, [`${Math.imul(i, 40_503) >>> 0}`]] as const,
  )
  assert.equal(made.encode({ ...question, context: new Map(noise) }, decision, layers), undefined)
})

/** What the caller's own policies may look at. */
const ownPolicies: readonly (readonly object[])[] = [
  [],
  [{ Effect: 'Allow', Action: 'sts:*', Resource: '*' }],
  [
    {
      Sid: 'NoSecrets',
      Effect: 'Deny',
      Action: 'sts:*',
      Resource: '*',
      Condition: { StringEquals: { 'iam:ResourceTag/level': 'high' } },
    },
  ],
  [
    {
      Sid: 'OnlyLow',
      Effect: 'Allow',
      Action: 'sts:*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/level': 'low' } },
    },
  ],
  [{ Sid: 'Never', Effect: 'Deny', Action: 'sts:*', Resource: '*' }],
]
const word = fc.stringMatching(/^[A-Za-z0-9]{1,30}$/)
const trustStatement = fc
  .record(
    {
      Sid: word,
      Effect: fc.constantFrom('Allow', 'Deny'),
      Principal: fc.constantFrom<object>(
        { AWS: `arn:aws:iam::${account}:user/other` },
        { AWS: `arn:aws:iam::${account}:root` },
        { AWS: '999900001111' },
        { Service: 'ec2.amazonaws.com' },
      ),
      Action: fc.constantFrom<string | string[]>('sts:AssumeRole', [
        'sts:AssumeRole',
        'sts:TagSession',
      ]),
    },
    { requiredKeys: ['Effect', 'Principal', 'Action'] },
  )
  .chain((statement) =>
    fc
      .option(
        fc.dictionary(
          fc.constantFrom(
            'sts:ExternalId',
            'aws:PrincipalTag/team',
            'aws:SourceVpc',
            'iam:ResourceTag/level',
            'aws:RequestTag/x',
          ),
          word,
          { minKeys: 1, noNullPrototype: true },
        ),
      )
      .map((StringEquals) =>
        StringEquals ? { ...statement, Condition: { StringEquals } } : statement,
      ),
  )
const tag = fc.record({
  Key: fc.oneof(fc.constant('level'), word),
  Value: fc.oneof(
    fc.constantFrom('high', 'low'),
    fc.string({ unit: 'grapheme-ascii', maxLength: 256 }),
  ),
})

test('the messages of a role that is there and of one that is not tell the same', async () => {
  await using made = await messages()
  const issuer = { issueRole: () => Promise.reject(new Error('nothing is to be issued')) }
  const cases = {
    name: fc.stringMatching(/^[\w+=,.@-]{1,64}$/),
    tags: fc.uniqueArray(tag, { maxLength: 10, selector: ({ Key }) => Key.toLowerCase() }),
    trust: fc.array(trustStatement, { minLength: 1, maxLength: 5 }),
    own: fc.constantFrom(...ownPolicies),
    owner: fc.constantFrom(account, '999900001111'),
    broken: fc.boolean(),
  }
  let denials = 0
  await fc.assert(
    fc.asyncProperty(fc.record(cases), async ({ name, tags, trust, own, owner, broken }) => {
      const caller = userCaller({
        layers: {
          identity:
            own.length > 0 ? [policy('identity', { Version: '2012-10-17', Statement: own })] : [],
        },
      })
      const role: RoleRecord = {
        account: owner,
        createdAt: now.toISOString(),
        managedBy: 'api',
        id: 'AROAAPP',
        name,
        path: '/',
        inlinePolicies: {},
        attachedPolicies: [],
        tags,
        maxSessionDurationSeconds: 3600,
        trustPolicy: broken ? '{' : JSON.stringify({ Version: '2012-10-17', Statement: trust }),
      }
      const asked = { RoleArn: `arn:aws:iam::${owner}:role/${name}`, RoleSessionName: 'me' }
      const [there, missing] = await Promise.all(
        [[role], []].map((roles) =>
          send(
            wireScene([assumeRole({ issuer, mfa: oneDevice })], caller, { role: roles }, made),
            'sts',
            'AssumeRole',
            asked,
          ),
        ),
      )
      if (there!.status !== 403) return
      denials++
      assert.equal(there!.body.length, missing!.body.length)
      const sealed = [there!, missing!].map(
        (answer) => /message: ([\w.-]+)$/.exec(messageOf(answer) ?? '')![1]!,
      )
      const [told, told2] = sealed.map((encoded) => made.decode(encoded))
      assert.deepEqual(told, told2)
    }),
    { numRuns: 300 },
  )
  assert.ok(denials > 150, `${denials} denials`)
})

test('who decodes a denied AssumeRole still learns what the own policies said', async () => {
  await using made = await messages()
  const told = (Statement: object) => {
    const own = policy('identity', { Version: '2012-10-17', Statement })
    const asked = {
      ...question,
      action: 'sts:AssumeRole',
      resourceAccount: account,
      context: new Map([
        ['iam:resourcetag/level', ['high']],
        ['aws:sourceip', ['192.0.2.1']],
      ]),
    }
    return JSON.parse(
      made.decode(made.encode(asked, decision, { identity: [own], trust: [] })!)!.document,
    )
  }
  const { explicitDeny, matchedStatements, context } = told({
    Sid: 'Never',
    Effect: 'Deny',
    Action: 'sts:*',
    Resource: '*',
  })
  assert.deepEqual(
    [explicitDeny, matchedStatements.items],
    [true, [{ sourcePolicyType: 'identity', sourcePolicyId: 'test', statementId: 'Never' }]],
  )
  assert.deepEqual(
    context.conditions.items.map(({ key }: { key: string }) => key),
    ['aws:sourceip'],
  )
  assert.deepEqual(
    told({
      Effect: 'Allow',
      Action: 'sts:*',
      Resource: '*',
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    }).missingContextKeys.items,
    ['aws:multifactorauthpresent'],
  )
})
