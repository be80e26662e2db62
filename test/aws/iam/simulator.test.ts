import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allow, codeOf, userCaller } from '../wire-scene.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

type Parameters = Readonly<Record<string, string>>
const object = 'arn:aws:s3:::box/key'

const document = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement })
const statement = (Effect: string, Action: string, more = {}) => ({
  Effect,
  Action,
  Resource: '*',
  ...more,
})
const listOf = (name: string, values: readonly string[]): Parameters =>
  Object.fromEntries(values.map((value, at) => [`${name}.member.${at + 1}`, value]))
const asking = (actions: readonly string[], ...resources: readonly string[]): Parameters => ({
  ...listOf('ActionNames', actions),
  ...listOf('ResourceArns', resources),
})
const policies = (...documents: readonly string[]) => listOf('PolicyInputList', documents)
const entry = (key: string, type: string, ...values: readonly string[]): Parameters => ({
  'ContextEntries.member.1.ContextKeyName': key,
  'ContextEntries.member.1.ContextKeyType': type,
  ...Object.fromEntries(
    values.map((value, at) => [`ContextEntries.member.1.ContextKeyValues.member.${at + 1}`, value]),
  ),
})
const bob = { PolicySourceArn: arnOf('user/staff/bob') }

async function open() {
  const at = await openIam()
  await at.call('CreatePolicy', {
    PolicyName: 'Reads',
    PolicyDocument: document(statement('Allow', 's3:Get*')),
  })
  await at.make('group', {
    name: 'Ops',
    inlinePolicies: { Stop: document(statement('Deny', 'ec2:StopInstances')) },
    attachedPolicies: [arnOf('policy/Reads')],
  })
  await at.make('user', {
    name: 'bob',
    path: '/staff/',
    inlinePolicies: {
      Own: document(
        statement('Allow', 'ec2:*'),
        statement('Allow', 's3:PutObject', { Resource: 'arn:aws:s3:::box/${aws:username}/*' }),
      ),
    },
    groups: ['ops'],
    tags: [{ Key: 'team', Value: 'db' }],
  })
  await at.make('role', {
    name: 'App',
    path: '/apps/',
    inlinePolicies: { Run: document(statement('Allow', 's3:*')) },
    permissionsBoundary: arnOf('policy/Reads'),
  })
  const decided = async (action: string, input: Parameters) =>
    texts(await at.call(action, input), 'EvalDecision')
  return { ...at, decided }
}

test('a custom policy is decided by the engine, with the place of each statement', async () => {
  await using at = await openIam()
  const text = document(statement('Allow', 's3:GetObject'), statement('Deny', 's3:PutObject'))
  const answer = await at.call('SimulateCustomPolicy', {
    ...policies(text),
    ...asking(['s3:GetObject', 's3:PutObject', 's3:ListBucket']),
  })
  assert.deepEqual(texts(answer, 'EvalDecision'), ['allowed', 'explicitDeny', 'implicitDeny'])
  assert.deepEqual(texts(answer, 'EvalActionName'), [
    's3:GetObject',
    's3:PutObject',
    's3:ListBucket',
  ])
  assert.deepEqual(texts(answer, 'EvalResourceName'), ['*', '*', '*'])
  const second = text.indexOf('},{') + 2
  assert.match(
    answer.body,
    new RegExp(
      '<MatchedStatements><member><SourcePolicyId>PolicyInputList\\.1</SourcePolicyId>' +
        '<SourcePolicyType>IAM Policy</SourcePolicyType>' +
        '<StartPosition><Line>1</Line><Column>38</Column></StartPosition>' +
        `<EndPosition><Line>1</Line><Column>${second}</Column></EndPosition></member>`,
    ),
  )
  assert.match(
    answer.body,
    new RegExp(`<StartPosition><Line>1</Line><Column>${second + 1}</Column></StartPosition>`),
  )
  assert.doesNotMatch(answer.body, /EvalDecisionDetails|ResourceSpecificResults|Boundary/)
  assert.deepEqual(at.bugs, [])
})

test('several resources are told one by one; all of them decide on the action', async () => {
  await using at = await openIam()
  const text = document(statement('Allow', 's3:GetObject', { Resource: 'arn:aws:s3:::box/*' }))
  const ask = (...resources: readonly string[]) =>
    at.call('SimulateCustomPolicy', {
      ...policies(text),
      ...asking(['s3:GetObject'], ...resources),
    })
  const one = await ask(object)
  assert.deepEqual(texts(one, 'EvalResourceDecision'), ['allowed'])
  assert.match(one.body, /<EvalDecisionDetails><\/EvalDecisionDetails>/)
  assert.equal(texts(one, 'SourcePolicyId').length, 2)
  const both = await ask(object, 'arn:aws:s3:::other/key')
  assert.deepEqual(texts(both, 'EvalDecision'), ['implicitDeny'])
  assert.deepEqual(texts(both, 'EvalResourceDecision'), ['allowed', 'implicitDeny'])
  assert.deepEqual(texts(both, 'EvalResourceName'), [object, 'arn:aws:s3:::other/key'])
})

test('missing context is told as policies spell it, given context counts by type', async () => {
  await using at = await openIam()
  const text = document(
    statement('Allow', 's3:GetObject', {
      Condition: {
        StringEquals: { 'aws:PrincipalTag/Team': 'db' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] },
      },
    }),
  )
  const ask = (more: Parameters = {}) =>
    at.call('SimulateCustomPolicy', { ...policies(text), ...asking(['s3:GetObject']), ...more })
  const without = await ask()
  assert.deepEqual(texts(without, 'EvalDecision'), ['implicitDeny'])
  assert.match(without.body, /<MissingContextValues>.*<member>aws:PrincipalTag\/Team<\/member>/)
  assert.deepEqual(
    texts(await ask(entry('AWS:principaltag/team', 'string', 'db')), 'EvalDecision'),
    ['allowed'],
  )
  const names = await at.call('GetContextKeysForCustomPolicy', policies(text))
  assert.deepEqual(texts(names, 'member'), ['aws:PrincipalTag/Team', 'aws:TagKeys'])
  const variable = document(
    statement('Allow', 's3:*', { Resource: 'arn:aws:s3:::box/${aws:UserName}/*' }),
  )
  assert.deepEqual(
    texts(await at.call('GetContextKeysForCustomPolicy', policies(variable)), 'member'),
    ['aws:UserName'],
  )
})

test('a boundary has to allow too, and a denial says whether it did', async () => {
  await using at = await openIam()
  const input = {
    ...policies(document(statement('Allow', 's3:*'))),
    ...asking(['s3:GetObject', 's3:PutObject']),
  }
  const bounding = listOf('PermissionsBoundaryPolicyInputList', [
    document(statement('Allow', 's3:Get*')),
  ])
  const answer = await at.call('SimulateCustomPolicy', { ...input, ...bounding })
  assert.deepEqual(texts(answer, 'EvalDecision'), ['allowed', 'implicitDeny'])
  assert.deepEqual(texts(answer, 'AllowedByPermissionsBoundary'), ['true', 'false'])
  const two = listOf('PermissionsBoundaryPolicyInputList', [document(), document()])
  assert.match(
    await at.outcome('SimulateCustomPolicy', { ...input, ...two }),
    /^InvalidInput: Only/,
  )
})

test('a resource policy counts for its caller; across accounts both have to allow', async () => {
  await using at = await openIam()
  const ofBox = (AWS: string) =>
    document(statement('Allow', 's3:GetObject', { Principal: { AWS }, Resource: object }))
  const CallerArn = arnOf('user/eve')
  const ask = (more: Parameters) =>
    at.call('SimulateCustomPolicy', { ...asking(['s3:GetObject'], object), CallerArn, ...more })
  const nothing = policies(document(statement('Allow', 'ec2:*')))
  const something = policies(document(statement('Allow', 's3:*')))
  const own = await ask({ ...nothing, ResourcePolicy: ofBox(CallerArn) })
  assert.deepEqual(texts(own, 'EvalDecision'), ['allowed'])
  assert.deepEqual(texts(own, 'SourcePolicyType'), ['Resource Policy', 'Resource Policy'])
  const foreign = { ResourceOwner: 'arn:aws:iam::999988887777:root' }
  const only = await ask({ ...nothing, ...foreign, ResourcePolicy: ofBox(CallerArn) })
  assert.deepEqual(texts(only, 'EvalDecision'), ['implicitDeny'])
  assert.match(
    only.body,
    new RegExp(
      '<entry><key>IAM Policy</key><value>implicitDeny</value></entry>' +
        '<entry><key>Resource Policy</key><value>allowed</value></entry>',
    ),
  )
  const both = await ask({ ...something, ...foreign, ResourcePolicy: ofBox(CallerArn) })
  assert.deepEqual(texts(both, 'EvalDecision'), ['allowed'])
  const other = await ask({ ...something, ...foreign, ResourcePolicy: ofBox(arnOf('user/ann')) })
  assert.deepEqual(texts(other, 'EvalDecision'), ['implicitDeny'])
  const nobody = { ...nothing, ...asking(['s3:GetObject']), ResourcePolicy: ofBox(CallerArn) }
  assert.match(await at.outcome('SimulateCustomPolicy', nobody), /^InvalidInput: CallerArn is req/)
})

test('a user is decided with groups, variables and boundary, and what the call adds', async () => {
  await using at = await open()
  const actions = ['s3:GetObject', 'ec2:RunInstances', 'ec2:StopInstances', 'iam:GetUser']
  const input = { ...bob, ...asking(actions) }
  const answer = await at.call('SimulatePrincipalPolicy', input)
  assert.deepEqual(texts(answer, 'EvalDecision'), [
    'allowed',
    'allowed',
    'explicitDeny',
    'implicitDeny',
  ])
  assert.deepEqual(texts(answer, 'SourcePolicyId'), ['Reads', 'user_bob_Own', 'group_Ops_Stop'])
  const added = { ...input, ...policies(document(statement('Allow', 'iam:*'))) }
  assert.equal((await at.decided('SimulatePrincipalPolicy', added))[3], 'allowed')
  const own = { ...bob, ...asking(['s3:PutObject'], 'arn:aws:s3:::box/bob/x') }
  assert.deepEqual(await at.decided('SimulatePrincipalPolicy', own), ['allowed'])
  const asEve = { ...own, ...entry('aws:username', 'string', 'eve') }
  assert.deepEqual(await at.decided('SimulatePrincipalPolicy', asEve), ['implicitDeny'])
  const keys = await at.call('GetContextKeysForPrincipalPolicy', bob)
  assert.deepEqual(texts(keys, 'member'), ['aws:username'])
})

test('a role is decided within its boundary, unless the call brings another', async () => {
  await using at = await open()
  const input = {
    PolicySourceArn: arnOf('role/apps/App'),
    ...asking(['s3:GetObject', 's3:PutObject']),
  }
  const answer = await at.call('SimulatePrincipalPolicy', input)
  assert.deepEqual(texts(answer, 'EvalDecision'), ['allowed', 'implicitDeny'])
  assert.deepEqual(texts(answer, 'AllowedByPermissionsBoundary'), ['true', 'false'])
  const wider = listOf('PermissionsBoundaryPolicyInputList', [document(statement('Allow', '*'))])
  assert.deepEqual(await at.decided('SimulatePrincipalPolicy', { ...input, ...wider }), [
    'allowed',
    'allowed',
  ])
  const ofGroup = { PolicySourceArn: arnOf('group/Ops'), ...asking(['s3:GetObject', 'ec2:Run']) }
  assert.deepEqual(await at.decided('SimulatePrincipalPolicy', ofGroup), [
    'allowed',
    'implicitDeny',
  ])
  const ResourcePolicy = document(statement('Allow', 's3:*', { Principal: '*' }))
  assert.match(
    await at.outcome('SimulatePrincipalPolicy', { ...input, ResourcePolicy }),
    /^InvalidInput: CallerArn is required/,
  )
})

test('what can be decided is told in pages of actions; what is too much is refused', async () => {
  await using at = await openIam()
  const actions = Array.from({ length: 12 }, (_, n) => `s3:Action${n}`)
  const input = { ...policies(document(statement('Allow', 's3:*'))), ...asking(actions) }
  const told: string[] = []
  for (let marker: Parameters = {}; ; ) {
    const page = await at.call('SimulateCustomPolicy', { ...input, MaxItems: '5', ...marker })
    told.push(...texts(page, 'EvalActionName'))
    const [Marker] = texts(page, 'Marker')
    if (Marker === undefined) break
    marker = { Marker }
  }
  assert.deepEqual(told, actions)
  assert.match(
    await at.outcome('SimulateCustomPolicy', { ...input, Marker: 'x' }),
    /^ValidationError: Invalid Marker/,
  )
  const many = (count: number, text: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => text(n))
  const large = {
    ...policies(document(...Array(90).fill(statement('Allow', 's3:*')))),
    ...listOf(
      'ActionNames',
      many(100, (n) => `s3:Action${n}`),
    ),
    ...listOf(
      'ResourceArns',
      many(50, (n) => `arn:aws:s3:::box/${n}`),
    ),
  }
  assert.match(await at.outcome('SimulateCustomPolicy', large), /^InvalidInput: The simulation is/)
  assert.equal(await at.outcome('SimulateCustomPolicy', { ...large, MaxItems: '2' }), '200')
})

test('a policy of one statement with hundreds of patterns counts as what it costs', async () => {
  await using at = await open()
  const Resource = Array.from({ length: 400 }, (_, n) => `arn:aws:s3:::b${n}`)
  const patterns = policies(
    ...Array.from({ length: 12 }, () => document(statement('Allow', 's3:*', { Resource }))),
  )
  const actions = Array.from({ length: 100 }, (_, n) => `s3:Get${n}`)
  const on = (resources: number) =>
    asking(actions, ...Array.from({ length: resources }, (_, n) => `arn:aws:s3:::box/${n}`))
  const refused = await at.outcome('SimulateCustomPolicy', { ...patterns, ...on(20) })
  assert.match(refused, /^InvalidInput: The simulation is/)
  assert.equal(await at.outcome('SimulateCustomPolicy', { ...patterns, ...on(1) }), '200')
})

test('what no request could have is refused, and documents as where they are saved', async () => {
  await using at = await open()
  const good = { ...policies(document(statement('Allow', 's3:*'))), ...asking(['s3:GetObject']) }
  for (const [change, refusal] of [
    [{ 'ActionNames.member.1': 'GetObject' }, 'Invalid action name: GetObject'],
    [{ 'ActionNames.member.1': 's3:Get*' }, 'Invalid action name: s3:Get*'],
    [{ 'ResourceArns.member.1': 'box' }, 'Resource box must be in ARN format or &quot;*&quot;.'],
    [{ 'PolicyInputList.member.1': '{' }, 'Syntax errors in policy.'],
    [{ 'PolicyInputList.member.1': document({ Effect: 'Allow' }) }, 'Policy statement must con'],
    [{ ResourceOwner: 'everybody' }, 'Invalid ResourceOwner: everybody'],
    [{ CallerArn: arnOf('role/App') }, 'Invalid CallerArn: '],
  ] as const) {
    const outcome = await at.outcome('SimulateCustomPolicy', { ...good, ...change })
    assert.ok(outcome.startsWith(`InvalidInput: ${refusal}`), outcome)
  }
  for (const [PolicySourceArn, refusal] of [
    [arnOf('policy/Reads'), 'InvalidInput: Invalid Entity Arn: '],
    ['arn:aws:s3:::a-very-long-bucket', 'InvalidInput: Invalid Entity Arn: '],
    [arnOf('user/bob'), 'NoSuchEntity: The user with name bob cannot be found.'],
  ] as const)
    for (const action of ['SimulatePrincipalPolicy', 'GetContextKeysForPrincipalPolicy']) {
      const outcome = await at.outcome(action, { ...asking(['s3:Get']), PolicySourceArn })
      assert.ok(outcome.startsWith(refusal), outcome)
    }
})

test('a principal is simulated for those who may, and is missing to no other', async () => {
  await using at = await open()
  for (const [action, custom] of [
    ['SimulatePrincipalPolicy', 'SimulateCustomPolicy'],
    ['GetContextKeysForPrincipalPolicy', 'GetContextKeysForCustomPolicy'],
  ] as const) {
    const may = (...resources: string[]) =>
      at.as(userCaller({ layers: { identity: [allow(`iam:${action}`, resources)] } }))
    const input = { ...bob, ...asking(['s3:GetObject']) }
    assert.equal((await may(arnOf('user/staff/*'))(action, input)).status, 200)
    for (const PolicySourceArn of [bob.PolicySourceArn, arnOf('user/nobody')]) {
      const refused = await may(arnOf('user/dev/*'))(action, { ...input, PolicySourceArn })
      assert.equal(codeOf(refused), 'AccessDenied')
    }
    const foreign = `arn:aws:iam::999988887777:user/bob`
    const refused = await may('*')(action, { ...input, PolicySourceArn: foreign })
    assert.equal(codeOf(refused), 'AccessDenied')
    const given = { ...policies(document(statement('Allow', 's3:*'))), ...asking(['s3:Get']) }
    assert.equal(codeOf(await may('*')(custom, given)), 'AccessDenied')
  }
})
