import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Asked } from '../../src/authorization/asked.ts'
import { type AuthorizePorts, createAuthorize } from '../../src/authorization/authorize.ts'
import { serviceOf } from '../../src/authorization/declared-service.ts'
import type { ProveCaller } from '../../src/authorization/prove-caller.ts'
import { readSignature } from '../../src/credentials/sigv4.ts'
import { AwsFault } from '../../src/kernel/aws-fault.ts'
import { decide, type Policy, parsePolicy } from '../../src/policy/index.ts'
import type { Caller } from '../../src/sessions/caller.ts'
import { account, asked, keys, order, question, received } from './scene.ts'

const now = new Date('2026-11-30T09:00:00Z')
const listOfOne = <T>(value: T) => [value]

const orders = serviceOf(
  {
    prefix: 'orders',
    keys: [
      { name: 'orders:Channel', type: 'String', multivalued: false },
      { name: 'orders:Labels', type: 'String', multivalued: true },
    ],
    resources: [
      { name: 'order', arn: 'arn:*:orders:*:*:order/*', keys: ['aws:ResourceTag/${TagKey}'] },
    ],
    actions: [
      { name: 'GetOrder', level: 'Read', resources: ['order'], keys: [] },
      {
        name: 'CancelOrder',
        level: 'Write',
        resources: ['order'],
        keys: ['orders:Channel', 'orders:Labels'],
      },
    ],
  },
  {
    accounts: [account],
    principals: [`arn:aws:iam::${account}:user/orders-service`],
    hosts: ['orders.test'],
    policies: {},
    payload: 'hashed',
    signedHeaders: [],
    presignedForSeconds: 0,
    maxAgeSeconds: 60,
    localVerification: false,
    recordAllows: 1,
    routes: [],
  },
)
const asking = {
  caller: {
    partition: 'aws',
    principal: { kind: 'user', arn: `arn:aws:iam::${account}:user/orders-service`, account },
  },
  now,
  requestId: 'reference',
} as const

function callerWith(layers: Caller['layers'], owner: string): Caller {
  const arn = `arn:aws:iam::${account}:user/ann`
  return {
    principal: { kind: 'user', arn, account, userArn: arn },
    partition: 'aws',
    account,
    userId: 'AIDAANN',
    credentials: 'long-term',
    accessKeyId: keys.ann.accessKeyId,
    layers,
    context: new Map([
      ['aws:principaltag/owner', [owner]],
      ['aws:principalarn', [arn]],
      ['aws:userid', ['AIDAANN']],
    ]),
    multivalued: new Set(),
  }
}

const request = await received(keys.ann, now)
const signature = readSignature({
  method: 'GET',
  rawPath: request.Path,
  rawQuery: '',
  rawHeaders: request.Headers.flat(),
  body: Buffer.alloc(0),
})!
const proved = (caller: Caller): ProveCaller => {
  const { region: Region, signedHeaders: SignedHeaders } = signature
  const told = { Region, SignedHeaders, PayloadHash: request.PayloadHash }
  return async () => ({ caller, told })
}
const authorizeAs = (caller: Caller, more: Partial<AuthorizePorts> = {}) =>
  createAuthorize({
    prove: proved(caller),
    proveBearer: () => assert.fail('nothing has a token'),
    region: 'us-east-1',
    store: { reads: { find: async () => undefined } as never },
    services: { find: async () => orders, all: async () => [orders] },
    revision: () => 'r.1',
    ...more,
  })

const text = fc.constantFrom('ann', 'bob', 'web', 'phone')
const condition = fc.record({
  operator: fc.constantFrom('StringEquals', 'StringNotEquals', 'StringLikeIfExists'),
  key: fc.constantFrom(
    ...['orders:Channel', 'aws:PrincipalTag/owner', 'aws:ResourceTag/owner', 'aws:userid'],
    ...['aws:SourceIp', 'aws:ResourceAccount', 'aws:RequestedRegion'],
  ),
  value: fc.oneof(text, fc.constantFrom('*', account, 'us-east-1', '${aws:PrincipalTag/owner}')),
})
const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    Action: fc.constantFrom('orders:*', 'orders:GetOrder', 'orders:Cancel*', '*', 's3:*'),
    Resource: fc.constantFrom('*', order('ann-*'), order('${aws:PrincipalTag/owner}-1')),
    Condition: fc.option(condition, { nil: undefined }),
  })
  .map(({ Condition: one, ...rest }) => ({
    ...rest,
    ...(one && { Condition: { [one.operator]: { [one.key]: one.value } } }),
  }))
const policyOf =
  (kind: 'identity' | 'session' | 'boundary' | 'resource') =>
  (Statement: readonly object[]): Policy => {
    const written =
      kind === 'resource' ? Statement.map((one) => ({ ...one, Principal: '*' })) : Statement
    const document = JSON.stringify({ Version: '2012-10-17', Statement: written })
    const parsed = parsePolicy(kind, kind, document)
    assert.ok(parsed.ok, document)
    return parsed.policy
  }
const statements = fc.array(statement, { minLength: 1, maxLength: 4 })
const layers = fc.record(
  {
    identity: statements.map(policyOf('identity')).map(listOfOne),
    session: statements.map(policyOf('session')).map(listOfOne).map(listOfOne),
    boundary: statements.map(policyOf('boundary')).map(listOfOne),
  },
  { requiredKeys: ['identity'] },
)
const asksFor = fc.record({
  action: fc.constantFrom('orders:GetOrder', 'orders:CancelOrder'),
  id: fc.constantFrom('ann-1', 'bob-1', 'ann-2/line/1'),
  channel: fc.option(text, { nil: undefined }),
  labels: fc.option(fc.array(text, { maxLength: 3 }), { nil: undefined }),
  tag: fc.option(text, { nil: undefined }),
  resource: fc.option(statements, { nil: undefined }),
  owner: text,
})

test('what is answered is what the engine decides for that principal and question', async () => {
  let allowed = 0
  await fc.assert(
    fc.asyncProperty(layers, asksFor, async (of, asks) => {
      const caller = callerWith(of, asks.owner)
      const cancels = asks.action === 'orders:CancelOrder'
      const context = {
        ...(cancels && asks.channel !== undefined && { 'orders:Channel': [asks.channel] }),
        ...(cancels && asks.labels && { 'orders:Labels': asks.labels }),
        ...(asks.tag !== undefined && { 'aws:ResourceTag/owner': [asks.tag] }),
      }
      const document =
        asks.resource &&
        JSON.stringify({
          Version: '2012-10-17',
          Statement: asks.resource.map((one) => ({ ...one, Principal: '*' })),
        })
      const { answered } = await authorizeAs(caller)(
        asked(request, {
          Questions: [
            question({
              Action: asks.action,
              Resource: order(asks.id),
              Context: context,
              ResourcePolicy: document,
            }),
          ],
        }),
        asking,
      )
      const expected = decide(
        {
          principal: caller.principal,
          action: asks.action,
          resource: order(asks.id),
          resourceAccount: account,
          context: new Map([
            ...caller.context,
            ...Object.entries(context).map(([key, values]) => [key.toLowerCase(), values] as const),
            ['aws:sourceip', ['192.0.2.9']],
            ['aws:resourceaccount', [account]],
            ['aws:requestedregion', ['us-east-1']],
          ]),
          multivalued: new Set(['orders:labels']),
        },
        asks.resource ? { ...of, resource: [policyOf('resource')(asks.resource)] } : of,
      )
      allowed += Number(expected.effect === 'allow')
      const [answer] = answered.Answers
      assert.equal(answer?.Verdict, expected.effect === 'allow' ? 'allow' : 'deny')
      assert.equal(
        answer?.Log.Code,
        { allow: 'Allowed', 'explicit-deny': 'ExplicitDeny', 'implicit-deny': 'NotAllowed' }[
          expected.effect
        ],
      )
    }),
    { numRuns: 500 },
  )
  assert.ok(allowed > 20, `only ${allowed} of the questions were allowed`)
})

test('nothing that a service sends changes who the caller is, or what is known of it', async () => {
  const callerKeys = ['aws:PrincipalTag/owner', 'aws:PrincipalArn', 'aws:userid', 'aws:SourceIp']
  const anyKey = fc.oneof(
    fc.constantFrom(...callerKeys, 'orders:Channel', 'aws:ResourceTag/owner', '__proto__'),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
  )
  const own: Policy = policyOf('identity')([
    {
      Effect: 'Allow',
      Action: 'orders:*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/owner': 'boss' } },
    },
  ])
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(anyKey, fc.array(fc.constantFrom('boss', 'ann'), { maxLength: 2 })),
      fc.string({ maxLength: 40 }),
      async (Context, UserAgent) => {
        const sent: Partial<Asked> = {
          From: { SourceIp: '192.0.2.9', Secure: true, UserAgent },
          Questions: [question({ Action: 'orders:CancelOrder', Context })],
        }
        const authorize = authorizeAs(callerWith({ identity: [own] }, 'ann'))
        const outcome = await authorize(asked(request, sent), asking).catch((error: unknown) => {
          assert.ok(error instanceof AwsFault && error.code === 'ValidationError', String(error))
        })
        if (!outcome) return
        assert.equal(outcome.answered.Caller?.Arn, `arn:aws:iam::${account}:user/ann`)
        assert.equal(outcome.answered.Caller?.UserId, 'AIDAANN')
        assert.equal(outcome.answered.Answers[0]?.Verdict, 'deny')
      },
    ),
    { numRuns: 500 },
  )
})

test('what a proved caller is asked about is noted as accessed, allowed or not', async () => {
  const noted: string[] = []
  const caller = callerWith({ identity: [] }, 'ann')
  const authorize = authorizeAs(caller, {
    lastAccessed: {
      note: ({ principal }, { service, action, region }, at) =>
        void noted.push([principal.arn, service, action, region, at.toISOString()].join(' ')),
    },
  })
  const Questions = [question(), question({ Id: 'q2', Action: 'orders:CancelOrder' })]
  await authorize(asked(request, { Questions }), asking)
  const [arn, at] = [`arn:aws:iam::${account}:user/ann`, now.toISOString()]
  assert.deepEqual(noted, [
    `${arn} orders GetOrder us-east-1 ${at}`,
    `${arn} orders CancelOrder us-east-1 ${at}`,
  ])
})
