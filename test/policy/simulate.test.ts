import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  contextKeys,
  decide,
  type Layers,
  mostSimulated,
  type Principal,
  parsePolicy,
  simulate,
  unknownLayer,
} from '../../src/policy/index.ts'
import { layers, question } from './arbitraries.ts'
import { layersOf } from './decision-table.ts'
import { runs } from './property-runs.ts'
import type { StatementDocument } from './reference-evaluator.ts'

const principal: Principal = {
  kind: 'user',
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/bob',
}
function identity(...statements: StatementDocument[]): Layers {
  const { layers: parsed, problems } = layersOf({
    identity: [{ Version: '2012-10-17', Statement: statements }],
  })
  assert.deepEqual(problems, [])
  return parsed
}

test('simulate and decide agree', () => {
  fc.assert(
    fc.property(
      layers,
      fc.array(question, { minLength: 2, maxLength: 2 }),
      (documents, [one, other]) => {
        const read = layersOf(documents).layers
        const { context, multivalued, resourceAccount } = one!
        const entries = [...context].map(([key, values]) => ({
          key: key.toUpperCase(),
          values,
          list: multivalued!.has(key),
        }))
        const actions = [one!.action, other!.action]
        const resources = [one!.resource, other!.resource]
        const results = simulate({
          principal: one!.principal,
          actions,
          resources,
          resourceAccount: resourceAccount!,
          layers: read,
          context: entries,
        })
        assert.deepEqual(
          results.map(({ action, resource }) => [action, resource]),
          actions.flatMap((action) => resources.map((resource) => [action, resource])),
        )
        for (const { action, resource, effect, blockedBy, matched } of results) {
          const asked = { ...one!, action, resource }
          const decision = decide(asked, read)
          assert.equal(effect === 'depends', unknownLayer(asked, read) !== undefined)
          if (effect === 'depends') continue
          assert.deepEqual([effect, blockedBy], [decision.effect, decision.blockedBy])
          for (const reason of decision.because) assert.ok(matched.includes(reason))
        }
      },
    ),
    { numRuns: runs(500) },
  )
})

test('asks about everything when no resource is given, and names all statements that match', () => {
  const allow = (Sid: string, Action: string): StatementDocument => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource: '*',
  })
  const tried = identity(allow('A', 's3:*'), allow('B', '*'), allow('C', 'ec2:*'))
  const [result, ...others] = simulate({
    principal,
    actions: ['s3:GetObject'],
    context: [],
    layers: tried,
  })
  assert.deepEqual(others, [])
  assert.deepEqual(
    [result?.resource, result?.effect, result?.matched.map(({ sid }) => sid)],
    ['*', 'allow', ['A', 'B']],
  )
  assert.deepEqual(result?.layers, [{ layer: 'identity', needed: true, outcome: 'allows' }])
})

test('names the keys that a request must bring', () => {
  const tried = identity({
    Effect: 'Allow',
    Action: 's3:*',
    Resource: '*',
    Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
  })
  const asked = { principal, actions: ['s3:GetObject'], layers: tried }
  assert.deepEqual(simulate({ ...asked, context: [] })[0]?.missingContext, ['aws:sourceip'])
  assert.equal(
    simulate({ ...asked, context: [{ key: 'AWS:SourceIP', values: ['10.1.2.3'], list: false }] })[0]
      ?.effect,
    'allow',
  )
})

test('a key of a list type needs a set operator', () => {
  const tried = identity({
    Effect: 'Allow',
    Action: 's3:*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:TagKeys': 'a' } },
  })
  const asked = { principal, actions: ['s3:GetObject'], layers: tried }
  assert.equal(
    simulate({ ...asked, context: [{ key: 'aws:TagKeys', values: ['a'], list: true }] })[0]?.effect,
    'implicit-deny',
  )
  assert.equal(
    simulate({
      ...asked,
      context: [
        { key: 'aws:TagKeys', values: ['a'], list: true },
        { key: 'aws:tagkeys', values: ['a'], list: false },
      ],
    })[0]?.effect,
    'allow',
  )
})

test('tells of boundary and control policies apart', () => {
  const { layers: tried } = layersOf({
    identity: [
      { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
    ],
    boundary: [
      { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'ec2:*', Resource: '*' } },
    ],
    serviceControl: [
      [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }],
    ],
  })
  const [result] = simulate({ principal, actions: ['s3:GetObject'], layers: tried, context: [] })
  assert.deepEqual([result?.effect, result?.blockedBy], ['implicit-deny', 'boundary'])
  assert.deepEqual(
    result?.layers.map(({ layer, outcome }) => [layer, outcome]),
    [
      ['service-control', 'allows'],
      ['identity', 'allows'],
      ['boundary', 'silent'],
    ],
  )
})

test('refuses more questions than it answers', () => {
  const actions = Array.from({ length: 101 }, (_, i) => `s3:A${i}`)
  const resources = Array.from({ length: 100 }, (_, i) => `arn:aws:s3:::b${i}`)
  const message = `a simulation asks at most ${mostSimulated} questions; this asks 10100`
  assert.throws(
    () => simulate({ principal, actions, resources, layers: { identity: [] }, context: [] }),
    { name: 'RangeError', message },
  )
})

test('lists the keys that policies look at', () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of the policy.
  const parsed = parsePolicy(
    'identity',
    'p',
    JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: '*',
        Resource: 'arn:aws:s3:::${aws:username}/${aws:PrincipalTag/x}',
        Condition: {
          StringLike: { 'S3:Prefix': '${aws:userid}*' },
          Null: { 'aws:TagKeys': 'false' },
        },
      },
    }),
  )
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.
  assert.ok(parsed.ok)
  assert.deepEqual(contextKeys([parsed.policy]), [
    'aws:principaltag/x',
    'aws:tagkeys',
    'aws:userid',
    'aws:username',
    's3:prefix',
  ])
})

test('names all denies that apply, and the levels that they stand on', () => {
  const deny = (Sid: string, Action: string): StatementDocument => ({
    Sid,
    Effect: 'Deny',
    Action,
    Resource: '*',
  })
  const allow: StatementDocument = { Effect: 'Allow', Action: '*', Resource: '*' }
  const session = [
    [{ Version: '2012-10-17', Statement: allow }],
    [{ Version: '2012-10-17', Statement: [allow, deny('B', 's3:Get*'), deny('C', 'ec2:*')] }],
  ]
  const { layers: tried } = layersOf({
    identity: [{ Version: '2012-10-17', Statement: [allow, deny('A', 's3:*')] }],
    session,
  })
  const [result] = simulate({ principal, actions: ['s3:GetObject'], context: [], layers: tried })
  assert.deepEqual(
    [result?.effect, result?.matched.map(({ sid }) => sid), result?.blockedBy],
    ['explicit-deny', ['A', 'B'], undefined],
  )
  assert.deepEqual(result?.layers, [
    { layer: 'identity', needed: true, outcome: 'denies' },
    { layer: 'session', level: 0, needed: true, outcome: 'allows' },
    { layer: 'session', level: 1, needed: true, outcome: 'denies' },
  ])
})

test('asks on resources of the account that is given', () => {
  const tried = identity({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
  const asked = { principal, actions: ['s3:GetObject'], context: [], layers: tried }
  assert.deepEqual(simulate({ ...asked, resourceAccount: '111122223333' })[0]?.effect, 'allow')
  assert.deepEqual(
    [simulate({ ...asked, resourceAccount: '444455556666' })[0]?.blockedBy],
    ['resource'],
  )
})

test('answers as many questions as it says, and no more', () => {
  const actions = Array.from({ length: 100 }, (_, i) => `s3:A${i}`)
  const resources = Array.from({ length: 100 }, (_, i) => `arn:aws:s3:::b${i}`)
  assert.equal(
    simulate({ principal, actions, resources, layers: { identity: [] }, context: [] }).length,
    mostSimulated,
  )
})
