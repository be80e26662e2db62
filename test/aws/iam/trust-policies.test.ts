import assert from 'node:assert/strict'
import { test } from 'node:test'
import { document } from '../../sessions/scene.ts'
import { account } from '../wire-scene.ts'
import { arnOf, openIam } from './open-iam.ts'

const trusting = (Principal: unknown, Action: unknown = 'sts:AssumeRole', more: object = {}) =>
  document({ Effect: 'Allow', Principal, Action, ...more })
const open = trusting({ AWS: account })

/** The same document by both operations that take one: what one refuses the other does. */
async function opened() {
  const at = await openIam({
    settings: {
      users: [{ name: 'Ann', path: '/staff/' }],
      roles: [{ name: 'App', path: '/apps/', trustPolicy: open }],
    },
  })
  await at.make('role', { name: 'Taken', trustPolicy: open })
  let made = 0
  const outcome = async (PolicyDocument: string) => {
    const answers = [
      await at.outcome('CreateRole', {
        RoleName: `new-${made++}`,
        AssumeRolePolicyDocument: PolicyDocument,
      }),
      await at.outcome('UpdateAssumeRolePolicy', { RoleName: 'Taken', PolicyDocument }),
    ]
    assert.equal(answers[0], answers[1])
    return answers[0]!
  }
  return {
    ...at,
    both: outcome,
    stored: async () => (await at.store.reads.find('role', account, 'taken'))!.trustPolicy,
  }
}

test('a trust policy has the characters that the account summary tells', async () => {
  await using at = await opened()
  const [, most = ''] =
    /<key>AssumeRolePolicySizeQuota<\/key><value>(\d+)<\/value>/.exec(
      (await at.call('GetAccountSummary')).body,
    ) ?? []
  assert.equal(most, '2048')
  const sized = (characters: number) => {
    const withId = (id: string) =>
      trusting({ AWS: account }, 'sts:AssumeRole', {
        Condition: { StringEquals: { 'sts:ExternalId': id } },
      })
    return withId('x'.repeat(characters - withId('').length))
  }
  assert.equal(await at.both(sized(2048)), '200')
  assert.equal(await at.both(JSON.stringify(JSON.parse(sized(2048)), null, 8)), '200')
  assert.equal(
    await at.both(sized(2049)),
    'LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048',
  )
  assert.equal(
    await at.both(sized(3248)),
    'LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048',
  )
})

test('its actions are of sts', async () => {
  await using at = await opened()
  for (const action of [
    'sts:AssumeRole',
    'STS:assumerole',
    'sts:*',
    ['sts:AssumeRole', 'sts:TagSession'],
  ])
    assert.equal(await at.both(trusting({ AWS: account }, action)), '200', String(action))
  const refused =
    'MalformedPolicyDocument: AssumeRole policy may only specify STS AssumeRole actions.'
  for (const action of ['*', 's3:GetObject', ['sts:AssumeRole', 'iam:PassRole'], 'iam:*'])
    assert.equal(await at.both(trusting({ AWS: account }, action)), refused, String(action))
  assert.equal(
    await at.both(document({ Effect: 'Deny', Principal: '*', NotAction: 'iam:*' })),
    refused,
  )
})

test('users and roles that it names are there, in exactly that spelling', async () => {
  await using at = await opened()
  const session = (role: string) => `arn:aws:sts::${account}:assumed-role/${role}/me`
  const federated = `arn:aws:sts::${account}:federated-user/whoever`
  for (const AWS of [
    account,
    arnOf('root'),
    arnOf('user/staff/Ann'),
    arnOf('role/apps/App'),
    session('App'),
    federated,
    'arn:aws:iam::999900001111:user/whoever',
    'arn:aws:iam::999900001111:role/x',
    ['999900001111', arnOf('role/apps/App')],
  ]) {
    assert.equal(await at.both(trusting({ AWS })), '200', String(AWS))
  }
  const kept = await at.stored()
  for (const wrong of [
    'user/Ann',
    'user/staff/ann',
    'user/staff/Nobody',
    'user/STAFF/Ann',
    'user/staff/App',
    'role/App',
    'role/apps/app',
    'role/apps/Ann',
    'role/Nobody',
    'role/apps/',
  ]
    .map(arnOf)
    .concat(
      arnOf('user/staff/Ann').replace('arn:aws:', 'arn:aws-cn:'),
      arnOf('role/apps/App').replace('arn:aws:', 'arn:aws-us-gov:'),
      arnOf('root').replace('arn:aws:', 'arn:aws-cn:'),
      session('Nobody'),
      session('app'),
    )) {
    const refused =
      'MalformedPolicyDocument: Invalid principal in policy: ' +
      `&quot;AWS&quot;:&quot;${wrong}&quot;`
    const told = async (AWS: unknown) =>
      (await at.both(trusting({ AWS }))).replace(/ \(line .*\)$/, '')
    assert.equal(await told(wrong), refused)
    assert.equal(await told([arnOf('role/apps/App'), wrong]), refused)
  }
  assert.match(
    await at.both(
      document({
        Effect: 'Deny',
        Principal: { AWS: [account, arnOf('user/Nobody')] },
        Action: 'sts:AssumeRole',
      }),
    ),
    /^MalformedPolicyDocument: Invalid principal/,
  )
  assert.equal(await at.stored(), kept)
  assert.deepEqual(at.bugs, [])
})
