import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decide,
  diff,
  layersOf,
  type Policy,
  type PolicyKind,
  parsePolicy,
} from '../../src/policy/index.ts'
import { layers, question, statement } from './arbitraries.ts'
import { layersOf as layersOfDocuments } from './decision-table.ts'
import { allRuns, runs } from './property-runs.ts'
import type { StatementDocument } from './reference-evaluator.ts'

function read(
  statements: readonly StatementDocument[],
  kind: PolicyKind = 'identity',
  version = '2012-10-17',
): Policy {
  const parsed = parsePolicy(kind, 'p', JSON.stringify({ Version: version, Statement: statements }))
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
  return parsed.policy
}
const get: StatementDocument = {
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:ListBucket'],
  Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'],
}
const mfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
const outcomeOf = (
  before: readonly StatementDocument[],
  after: readonly StatementDocument[],
  kind?: PolicyKind,
) => diff(kind ?? 'identity', [read(before, kind)], [read(after, kind)])

test('a policy and itself, in another order or narrower, are nothing new', () => {
  const split = (get.Action as string[]).map((Action): StatementDocument => ({ ...get, Action }))
  for (const after of [
    [get],
    split,
    [{ ...get, Condition: mfa }],
    [{ ...get, Resource: 'arn:aws:s3:::photos/cats/*' }],
    [{ ...get, Action: 'S3:getobject' }],
  ]) {
    assert.equal(outcomeOf([get], after).outcome, 'nothing-new')
  }
  assert.equal(outcomeOf([{ ...get, Action: 's3:*' }], [get]).outcome, 'nothing-new')
  assert.equal(
    outcomeOf([get], [get, { ...get, Effect: 'Deny', Action: '*' }]).outcome,
    'nothing-new',
  )
  assert.equal(
    outcomeOf(
      [get],
      [
        { ...get, Action: '*' },
        { Effect: 'Deny', Action: '*', Resource: '*' },
      ],
    ).outcome,
    'nothing-new',
    'what is denied at once is not opened',
  )
})

test('wider actions, resources, conditions and denies that are gone have a witness', () => {
  const deny: StatementDocument = {
    Effect: 'Deny',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::photos/secret/*',
  }
  const cases: readonly (readonly [readonly StatementDocument[], readonly StatementDocument[]])[] =
    [
      [[get], [{ ...get, Action: 's3:*' }]],
      [[get], [{ ...get, Resource: '*' }]],
      [[{ ...get, Condition: mfa }], [get]],
      [[get, deny], [get]],
      [[get], [get, { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }]],
      [[get], [{ ...get, Action: undefined, NotAction: 'iam:*' } as unknown as StatementDocument]],
      [
        [{ ...get, Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }],
        [{ ...get, Condition: { IpAddress: { 'aws:SourceIp': '203.0.0.0/16' } } }],
      ],
      [
        [{ ...get, Condition: { NumericLessThan: { 's3:max-keys': '10' } } }],
        [{ ...get, Condition: { NumericLessThan: { 's3:max-keys': '100' } } }],
      ],
    ]
  for (const [before, after] of cases) {
    const compared = outcomeOf(before, after)
    assert.equal(compared.outcome, 'new-access', JSON.stringify(after))
    if (compared.outcome !== 'new-access') continue
    assert.equal(decide(compared.witness, layersOf('identity', [read(after)])).effect, 'allow')
    assert.notEqual(decide(compared.witness, layersOf('identity', [read(before)])).effect, 'allow')
    assert.equal(compared.because.length, 1)
  }
})

test('a Deny that is gone where nothing was allowed is unknown: others may allow it', () => {
  const deny: StatementDocument = { Effect: 'Deny', Action: 'iam:*', Resource: '*' }
  const compared = outcomeOf([get, deny], [get])
  assert.deepEqual(compared, {
    outcome: 'unknown',
    unproved: [{ policy: 'p', statement: 1, layer: 'identity' }],
  })
})

test('what is shown in part only is not shown', () => {
  const deny: StatementDocument = {
    Effect: 'Deny',
    Action: ['s3:GetObject', 's3:PutObject'],
    Resource: '*',
  }
  assert.equal(outcomeOf([deny], [{ ...deny, Action: 's3:GetObject' }]).outcome, 'unknown')
  // No candidate meets these conditions, though there are questions that do.
  const hard = {
    StringLike: { 'aws:PrincipalTag/team': 'a*b*c' },
    StringNotLike: {
      'aws:PrincipalTag/team': ['abc', 'axbxc', 'azz9bzz9c', 'other', 'a?b*', '*x*'],
    },
  }
  const old: StatementDocument = {
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: '*',
    Condition: hard,
  }
  assert.equal(
    outcomeOf([old], [{ ...old, Action: ['s3:GetObject', 'ec2:RunInstances'] }]).outcome,
    'unknown',
  )
  assert.equal(outcomeOf([old], [old]).outcome, 'nothing-new')
})

test('a new Deny adds nothing, whatever is allowed', () => {
  assert.equal(
    outcomeOf([get], [get, { Effect: 'Deny', Action: 'ec2:*', Resource: '*' }]).outcome,
    'nothing-new',
  )
})

test('trust and resource policies tell new principals', () => {
  const trust = (AWS: string | string[]): StatementDocument =>
    ({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' }) as StatementDocument
  const role = 'arn:aws:iam::111122223333:role/app'
  assert.equal(outcomeOf([trust(role)], [trust(role)], 'trust').outcome, 'nothing-new')
  const compared = outcomeOf(
    [trust(role)],
    [trust([role, 'arn:aws:iam::444455556666:role/partner'])],
    'trust',
  )
  assert.ok(
    compared.outcome === 'new-access' &&
      compared.witness.principal.roleArn === 'arn:aws:iam::444455556666:role/partner',
    'where its own account allows it too',
  )
  const local = outcomeOf(
    [trust(role)],
    [trust([role, 'arn:aws:iam::111122223333:role/other'])],
    'trust',
  )
  assert.ok(
    local.outcome === 'new-access' &&
      local.witness.principal.roleArn === 'arn:aws:iam::111122223333:role/other',
  )
  const everybody: StatementDocument = { ...get, Principal: '*' }
  const anonymous = outcomeOf([{ ...get, Principal: { AWS: role } }], [everybody], 'resource')
  assert.equal(anonymous.outcome, 'new-access')
  const narrowed = { ...everybody, Condition: { ArnLike: { 'aws:PrincipalArn': role } } }
  assert.equal(
    outcomeOf([everybody], [narrowed], 'resource').outcome,
    'nothing-new',
    'a condition never widens, by ARN neither',
  )
  const sparing = {
    StringNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/other' },
  }
  const both = { ...sparing, ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' } }
  const outcome = outcomeOf(
    [{ ...everybody, Condition: sparing }],
    [{ ...everybody, Condition: both }],
    'resource',
  ).outcome
  assert.equal(outcome, 'nothing-new')
})

test('a value that is written twice hides no other', () => {
  const named = (...names: string[]): StatementDocument => ({
    ...get,
    Condition: { StringEquals: { 'aws:username': names } },
  })
  const added = outcomeOf([named('ada', 'ada')], [named('ada', 'mallory')])
  assert.ok(
    added.outcome === 'new-access' && added.witness.context.get('aws:username')?.[0] === 'mallory',
  )
  assert.equal(outcomeOf([named('ada', 'mallory')], [named('ada', 'ada')]).outcome, 'nothing-new')
  assert.equal(outcomeOf([named('ada', 'ada')], [named('ada')]).outcome, 'nothing-new')
  const denied = (...names: string[]): StatementDocument => ({ ...named(...names), Effect: 'Deny' })
  assert.notEqual(
    outcomeOf([get, denied('ada', 'mallory')], [get, denied('ada', 'ada')]).outcome,
    'nothing-new',
  )
})

/** Lists in conditions keep their length and lose all values but one. */
function firstTwice(one: StatementDocument): StatementDocument {
  const twice = (values: unknown) => (Array.isArray(values) ? values.map(() => values[0]) : values)
  const tests = (of: object) =>
    Object.fromEntries(Object.entries(of).map(([key, values]) => [key, twice(values)]))
  if (!one.Condition) return one
  return {
    ...one,
    Condition: Object.fromEntries(
      Object.entries(one.Condition).map(([operator, of]) => [operator, tests(of)]),
    ),
  } as StatementDocument
}

/** Mostly small changes, so that "nothing new" is said often. */
const pair = fc
  .record({
    before: fc.array(fc.oneof(statement('Allow'), statement('Allow'), statement('Deny')), {
      minLength: 1,
      maxLength: 4,
    }),
    kept: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    narrowed: fc.constantFrom('arn:aws:s3:::photos/cat.jpg', undefined),
    repeated: fc.constantFrom('nowhere', 'before', 'after'),
    added: fc.option(
      fc.oneof(
        { weight: 3, arbitrary: statement('Deny') },
        { weight: 1, arbitrary: statement('Allow') },
      ),
      { nil: undefined },
    ),
  })
  .map(({ before, kept, narrowed, repeated, added }) => {
    const changed = before
      .filter(({ Effect }, i) => (Effect === 'Deny' ? kept[i] || kept[3 - i] : kept[i]))
      .map((one) =>
        one.Effect === 'Allow' && narrowed && one.Resource ? { ...one, Resource: narrowed } : one,
      )
    const after = [...changed, ...(added ? [added] : [])]
    return {
      before: repeated === 'before' ? before.map(firstTwice) : before,
      after: repeated === 'after' ? after.map(firstTwice) : after,
    }
  })
  .filter(({ after }) => after.length > 0)
const versions = fc.constantFrom('2012-10-17', '2012-10-17', '2008-10-17')

test('where it says "nothing new", no request finds new access, whatever the other layers', () => {
  const said = { 'nothing-new': 0, 'new-access': 0, unknown: 0 }
  let allowed = 0
  fc.assert(
    fc.property(
      pair,
      fc.tuple(versions, versions),
      fc.array(question, { minLength: 20, maxLength: 20 }),
      layers,
      ({ before, after }, [was, is], questions, documents) => {
        const [old, fresh] = [read(before, 'identity', was), read(after, 'identity', is)]
        const compared = diff('identity', [old], [fresh], { most: 500 })
        said[compared.outcome]++
        if (compared.outcome === 'new-access') {
          assert.equal(decide(compared.witness, { identity: [fresh] }).effect, 'allow')
          assert.notEqual(decide(compared.witness, { identity: [old] }).effect, 'allow')
        }
        if (compared.outcome !== 'nothing-new') return
        const { identity, ...others } = layersOfDocuments(documents).layers
        for (const asked of questions) {
          for (const rest of [{ identity: [] }, { ...others, identity }]) {
            if (decide(asked, { ...rest, identity: [...rest.identity, fresh] }).effect !== 'allow')
              continue
            allowed++
            assert.equal(
              decide(asked, { ...rest, identity: [...rest.identity, old] }).effect,
              'allow',
            )
          }
        }
      },
    ),
    { numRuns: runs(3000) },
  )
  for (const [outcome, times] of Object.entries(said))
    assert.ok(!allRuns || times > 60, `only ${times} times ${outcome}`)
  assert.ok(!allRuns || allowed > 500, `only ${allowed} requests were allowed`)
})

test('the same for resource policies', () => {
  fc.assert(
    fc.property(
      layers,
      layers,
      fc.array(question, { minLength: 10, maxLength: 10 }),
      (one, other, questions) => {
        const [before = [], after = []] = [
          one,
          { ...other, resource: [...(other.resource ?? []), ...(one.resource ?? [])] },
        ].map((documents) => layersOfDocuments(documents).layers.resource)
        if (diff('resource', before, after, { most: 200 }).outcome !== 'nothing-new') return
        const { layers: rest } = layersOfDocuments(one)
        for (const asked of questions) {
          if (decide(asked, { ...rest, resource: after }).effect === 'allow')
            assert.equal(decide(asked, { ...rest, resource: before }).effect, 'allow')
        }
      },
    ),
    { numRuns: runs(500) },
  )
})

test('a witness of another account is found, with the condition keys that it has to bring', () => {
  const trusting = (id?: string): StatementDocument => ({
    Effect: 'Allow',
    Principal: { AWS: '444455556666' },
    Action: 'sts:AssumeRole',
    ...(id !== undefined && { Condition: { StringEquals: { 'sts:ExternalId': id } } }),
  })
  const other = outcomeOf([trusting('one')], [trusting('one'), trusting('two')], 'trust')
  assert.ok(other.outcome === 'new-access')
  assert.deepEqual(other.witness.context.get('sts:externalid'), ['two'])
  assert.equal(other.witness.principal.account, '444455556666')
  assert.deepEqual(
    other.because.map(({ layer }) => layer),
    ['trust'],
  )
  assert.equal(outcomeOf([trusting('one')], [trusting()], 'trust').outcome, 'new-access')
  assert.equal(outcomeOf([trusting()], [trusting('one')], 'trust').outcome, 'nothing-new')
})
