import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decide, explain, explanationText, type Question } from '../../src/policy/index.ts'
import { layers, question } from './arbitraries.ts'
import { layersOf } from './decision-table.ts'
import { runs } from './property-runs.ts'
import type { LayerDocuments, StatementDocument } from './reference-evaluator.ts'

const asked: Question = {
  principal: {
    kind: 'assumed-role',
    account: '111122223333',
    arn: 'arn:aws:sts::111122223333:assumed-role/Reader/anna',
    roleArn: 'arn:aws:iam::111122223333:role/Reader',
  },
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::photos/cat.jpg',
  resourceAccount: '111122223333',
  context: new Map([['aws:principaltag/team', ['red']]]),
}
const allow: StatementDocument = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
function parsed(documents: Partial<Record<keyof LayerDocuments, StatementDocument[]>>) {
  const one = (list: StatementDocument[] | undefined) =>
    list && (list.length === 0 ? [] : [{ Version: '2012-10-17', Statement: list }])
  const { identity = [allow], boundary, session, resource } = documents
  const read = layersOf({
    identity: one(identity)!,
    ...(boundary && { boundary: one(boundary)! }),
    ...(resource && { resource: one(resource)! }),
    ...(session && { session: [one(session)!] }),
  })
  assert.deepEqual(read.problems, [])
  return read.layers
}

test('explain and decide agree', () => {
  fc.assert(
    fc.property(layers, question, (documents, one) => {
      const read = layersOf(documents).layers
      const decision = decide(one, read)
      const explanation = explain(one, read)
      assert.equal(explanation.effect, decision.effect)
      assert.equal(explanation.blockedBy, decision.blockedBy)
      const applying = explanation.layers
        .flatMap(({ statements }) => statements)
        .filter(({ applies }) => applies)
        .map(({ reason }) => reason)
      for (const reason of decision.because) assert.ok(applying.includes(reason))
      if (decision.effect === 'implicit-deny')
        for (const key of explanation.missingContext)
          assert.ok(decision.missingContext.includes(key), key)
      assert.equal(explanation.changes.length === 0, decision.effect === 'allow')
      assert.ok(explanationText(explanation).length > 0)
    }),
    { numRuns: runs(2000) },
  )
})

test('the changes of an explanation turn the answer', () => {
  fc.assert(
    fc.property(layers, question, (documents, one) => {
      const { changes } = explain(one, layersOf(documents).layers)
      const lifted = new Set(
        changes.flatMap((change) =>
          change.change === 'lift-deny'
            ? [`${change.reason.layer} ${change.reason.policy} ${change.reason.statement}`]
            : [],
        ),
      )
      const open = new Set(
        changes.flatMap((change) =>
          change.change === 'allow' ? [`${change.layer} ${change.level ?? ''}`] : [],
        ),
      )
      assert.equal(
        decide(one, layersOf(changed(documents, lifted, open, one)).layers).effect,
        'allow',
      )
    }),
    { numRuns: runs(1000) },
  )
})

/** A Principal element that names who asks. */
function namesOf({ kind, arn, account }: Question['principal']) {
  if (kind === 'service') return { Service: arn }
  if (kind === 'federated') return { Federated: arn }
  return kind === 'anonymous' ? ('*' as const) : { AWS: account! }
}

/** The documents without the denies, and with an Allow in each of the open layers. */
function changed(
  documents: LayerDocuments,
  lifted: ReadonlySet<string>,
  open: ReadonlySet<string>,
  { principal }: Question,
): LayerDocuments {
  const names = namesOf(principal)
  const layer = (kind: string, level: string, list: LayerDocuments['identity']) => [
    // Policies of two levels have the same names here: of those only denies are taken away.
    ...list.flatMap(({ Statement, ...rest }, policy) => {
      const kept = (Statement as readonly StatementDocument[]).filter(
        ({ Effect }, i) => Effect === 'Allow' || !lifted.has(`${kind} ${kind} ${policy} ${i}`),
      )
      return kept.length === 0 ? [] : [{ ...rest, Statement: kept }]
    }),
    ...(open.has(`${kind} ${level}`)
      ? [
          {
            Version: '2012-10-17',
            Statement: {
              Effect: 'Allow' as const,
              Action: '*',
              ...(kind !== 'trust' && { Resource: '*' }),
              ...((kind === 'trust' || kind === 'resource') && { Principal: names }),
            },
          },
        ]
      : []),
  ]
  const { identity, boundary, resource, trust, session, serviceControl, resourceControl } =
    documents
  return {
    identity: layer('identity', '', identity),
    ...(boundary && { boundary: layer('boundary', '', boundary) }),
    ...((resource || open.has('resource ')) && { resource: layer('resource', '', resource ?? []) }),
    ...(trust && { trust: layer('trust', '', trust) }),
    ...(session && { session: session.map((list, i) => layer('session', String(i), list)) }),
    ...(serviceControl && {
      serviceControl: serviceControl.map((list, i) => layer('service-control', String(i), list)),
    }),
    ...(resourceControl && {
      resourceControl: resourceControl.map((list, i) => layer('resource-control', String(i), list)),
    }),
  }
}

test('tells of every statement why it matched or not', () => {
  const {
    layers: [identity],
    effect,
    blockedBy,
  } = explain(
    asked,
    parsed({
      identity: [
        { Effect: 'Allow', Action: ['ec2:*', 's3:Put*'], Resource: '*' },
        {
          Effect: 'Allow',
          Action: 's3:Get*',
          Resource: ['arn:aws:s3:::music/*', 'arn:aws:s3:::video/*'],
        },
        {
          Sid: 'Blue',
          Effect: 'Allow',
          Action: 's3:Get*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
        },
      ],
    }),
  )
  assert.deepEqual([effect, blockedBy], ['implicit-deny', 'identity'])
  assert.deepEqual(
    identity?.statements.map(({ parts }) =>
      parts
        .filter(({ matched }) => !matched)
        .map(({ element, written, found }) => [element, written, found]),
    ),
    [
      [['Action', ['ec2:*', 's3:Put*'], ['s3:GetObject']]],
      [
        [
          'Resource',
          ['arn:aws:s3:::music/*', 'arn:aws:s3:::video/*'],
          ['arn:aws:s3:::photos/cat.jpg'],
        ],
      ],
      [['Condition', ['blue'], ['red']]],
    ],
  )
})

test('names the nearest Allow and the keys that it waits for', () => {
  const { changes, missingContext } = explain(
    asked,
    parsed({
      identity: [
        { Effect: 'Allow', Action: 'ec2:*', Resource: 'arn:aws:s3:::x' },
        {
          Sid: 'Mfa',
          Effect: 'Allow',
          Action: 's3:*',
          Resource: '*',
          Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
        },
      ],
    }),
  )
  assert.deepEqual(missingContext, ['aws:multifactorauthpresent'])
  assert.deepEqual(changes, [
    {
      change: 'allow',
      layer: 'identity',
      nearest: { policy: 'identity 0', statement: 1, layer: 'identity', sid: 'Mfa' },
      parts: ['Condition Bool aws:multifactorauthpresent'],
      keys: ['aws:multifactorauthpresent'],
    },
  ])
})

test('a decision names absent keys of every Allow about the action', () => {
  const { missingContext } = decide(
    asked,
    parsed({
      identity: [
        {
          Effect: 'Allow',
          Action: 's3:Get*',
          Resource: 'arn:aws:s3:::${aws:username}',
          Condition: { StringLike: { 'aws:PrincipalTag/Team': '${aws:userid}*' } },
        },
        {
          Effect: 'Allow',
          Action: 's3:Get*',
          Resource: 'arn:aws:s3:::x',
          Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
        },
        {
          Effect: 'Allow',
          Action: 's3:Put*',
          Resource: '*',
          Condition: { Null: { 'aws:TagKeys': 'false' } },
        },
        {
          Effect: 'Deny',
          Action: 's3:Get*',
          Resource: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    }),
  )
  assert.deepEqual(missingContext, ['aws:sourceip', 'aws:userid', 'aws:username'])
  const narrowed = parsed({
    session: [{ ...allow, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }],
  })
  assert.deepEqual(decide(asked, narrowed).missingContext, ['aws:multifactorauthpresent'])
  assert.deepEqual(decide(asked, parsed({})).missingContext, [])
})

test('names the variable that a resource waits for', () => {
  const { missingContext } = explain(
    asked,
    parsed({
      identity: [{ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::${aws:username}/*' }],
    }),
  )
  assert.deepEqual(missingContext, ['aws:username'])
})

test('names every layer that blocks, and what need not allow', () => {
  const { changes, layers: listed } = explain(
    asked,
    parsed({
      boundary: [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }],
      session: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
    }),
  )
  assert.deepEqual(
    changes.map((change) =>
      change.change === 'allow' ? change.layer : `deny ${change.reason.layer}`,
    ),
    ['deny session', 'boundary', 'session'],
  )
  assert.deepEqual(
    listed.map(({ layer, outcome, needed }) => [layer, outcome, needed]),
    [
      ['identity', 'allows', true],
      ['boundary', 'silent', true],
      ['session', 'denies', true],
    ],
  )
  const direct = explain(
    asked,
    parsed({
      identity: [],
      resource: [
        { Effect: 'Allow', Principal: { AWS: asked.principal.arn }, Action: '*', Resource: '*' },
      ],
    }),
  )
  assert.deepEqual(
    direct.layers.map(({ layer, needed }) => [layer, needed]),
    [
      ['resource', false],
      ['identity', false],
    ],
  )
})

test('reads well in a terminal', () => {
  const text = explanationText(
    explain(
      asked,
      parsed({
        identity: [
          {
            Sid: 'Blue',
            Effect: 'Allow',
            Action: 's3:Get*',
            Resource: '*',
            Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
          },
          { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
        ],
        boundary: [allow],
      }),
    ),
  )
  assert.equal(
    text,
    [
      'DENIED: nothing allows it (identity)',
      '  arn:aws:sts::111122223333:assumed-role/Reader/anna asks for s3:GetObject on ' +
        'arn:aws:s3:::photos/cat.jpg',
      '',
      'identity: does not allow it',
      '  does not apply: Allow identity 0 statement 1 (Blue)',
      '    no  Condition StringEquals aws:principaltag/team does not match: wants blue; found red',
      '  1 statement about other actions',
      '',
      'boundary: allows',
      '  applies: Allow boundary 0 statement 1',
      '    yes Action matches by s3:*: wants s3:*; found s3:GetObject',
      '    yes Resource matches by *: wants *; found arn:aws:s3:::photos/cat.jpg',
      '',
      'To allow it:',
      '  let the Allow of identity 0 statement 1 (Blue) (identity) match in Condition ' +
        'StringEquals aws:principaltag/team',
    ].join('\n'),
  )
})

test('makes control characters of requests and policies harmless in text', () => {
  const text = explanationText(
    explain({ ...asked, resource: 'arn:aws:s3:::a\u001b[2Jb' }, parsed({})),
  )
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not come out.
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f]/)
})

test('a Deny of the resource that names who asks makes no other layer less needed', () => {
  const { layers: listed, changes } = explain(
    asked,
    parsed({
      identity: [],
      resource: [{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }],
    }),
  )
  assert.deepEqual(
    listed.map(({ layer, needed, outcome }) => [layer, needed, outcome]),
    [
      ['resource', false, 'denies'],
      ['identity', true, 'silent'],
    ],
  )
  assert.deepEqual(
    changes.map(({ change }) => change),
    ['lift-deny', 'allow'],
  )
})

test('the nearest Allow is told where it lacks little, not where it is about another', () => {
  const nearest = (one: Partial<StatementDocument>) => {
    const [change] = explain(
      asked,
      parsed({ identity: [{ ...allow, ...one } as StatementDocument] }),
    ).changes
    assert.ok(change?.change === 'allow')
    return [change.nearest?.statement, change.parts, change.keys]
  }
  const Condition = { Bool: { 'aws:SecureTransport': 'true' } }
  assert.deepEqual(nearest({ Action: 'ec2:*' }), [0, ['Action'], []])
  assert.deepEqual(nearest({ Action: 'ec2:*', Condition }), [
    0,
    ['Action', 'Condition Bool aws:securetransport'],
    ['aws:securetransport'],
  ])
  assert.deepEqual(
    nearest({
      Action: 'ec2:*',
      Condition: { ...Condition, StringEquals: { 'aws:username': 'a' } },
    }),
    [undefined, [], []],
  )
  assert.deepEqual(nearest({ Action: 'ec2:*', Resource: 'arn:aws:s3:::x' }), [undefined, [], []])
})

test('of what is absent, only keys that keep an Allow of the action from applying are told', () => {
  const mfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
  const missing = (...statements: StatementDocument[]) =>
    explain(asked, parsed({ identity: statements })).missingContext
  assert.deepEqual(missing({ ...allow, Condition: mfa }), ['aws:multifactorauthpresent'])
  assert.deepEqual(missing({ ...allow, Action: 'ec2:*', Condition: mfa }), [])
  assert.deepEqual(missing({ ...allow, Resource: 'arn:aws:s3:::music/*', Condition: mfa }), [])
  assert.deepEqual(missing({ ...allow, Effect: 'Deny', Condition: mfa }), [])
  assert.deepEqual(
    missing({ ...allow, Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } } }),
    [],
  )
  assert.deepEqual(
    missing({ ...allow, Condition: { ...mfa, BoolIfExists: { 'aws:SecureTransport': 'true' } } }),
    ['aws:multifactorauthpresent'],
  )
})

test('lists the layers in the order in which they count', () => {
  const one = [{ Version: '2012-10-17', Statement: [allow] }]
  const control = [
    {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Deny' as const, Principal: '*' as const, Action: 'ec2:*', Resource: '*' },
      ],
    },
  ]
  const { layers: read } = layersOf({
    identity: one,
    boundary: one,
    session: [one, one],
    serviceControl: [one, one],
    resourceControl: [control],
  })
  assert.deepEqual(
    explain(asked, read).layers.map(({ layer, level, needed, outcome }) => [
      layer,
      level,
      needed,
      outcome,
    ]),
    [
      ['service-control', 0, true, 'allows'],
      ['service-control', 1, true, 'allows'],
      ['identity', undefined, true, 'allows'],
      ['boundary', undefined, true, 'allows'],
      ['session', 0, true, 'allows'],
      ['session', 1, true, 'allows'],
      ['resource-control', 0, false, 'silent'],
    ],
  )
})
