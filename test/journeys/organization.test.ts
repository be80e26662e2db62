import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreateServiceLinkedRoleCommand,
  CreateUserCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { openRunning } from './running.ts'

const management = '111122223333'
const member = '222233334444'
const outside = '333344445555'
type Name = 'boss' | 'ann' | 'root' | 'stranger'
const key = (name: Name) => ({
  accessKeyId: `AKIA${name[0]!.toUpperCase().repeat(16)}`,
  secretAccessKey: name[0]!.repeat(40),
})
const keyText = (name: Name) => JSON.stringify([key(name)])
const admin = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
})
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
})
const role = `roles: { Open: { trustPolicy: '${trust}', policies: { All: '${admin}' } } }`
const user = (name: Name) => `{ accessKeys: ${keyText(name)}, policies: { All: '${admin}' } }`
const accounts = `
accounts:
  "${management}": { users: { boss: ${user('boss')} }, ${role} }
  "${member}": { users: { ann: ${user('ann')} }, rootAccessKeys: ${keyText('root')}, ${role} }
  "${outside}": { users: { stranger: ${user('stranger')} } }
`
const organization = (serviceControl: string) => `
organization:
  id: o-exampleorg1
  managementAccount: "${management}"
  root: { id: r-ab12, resourceControl: [OnlyMembers] }
  units: { ou-ab12-11111111: { name: Production, serviceControl: ${serviceControl} } }
  accounts: { "${management}": {}, "${member}": { unit: ou-ab12-11111111 } }
  serviceControlPolicies:
    NoUsers: { Version: "2012-10-17", Statement: { Effect: Deny, Action: "iam:CreateUser",
      Resource: "*", Condition: { "ForAnyValue:StringLike": {
      "aws:PrincipalOrgPaths": "o-exampleorg1/r-ab12/ou-ab12-1*" } } } }
  resourceControlPolicies:
    OnlyMembers: { Version: "2012-10-17", Statement: { Effect: Deny, Principal: "*",
      Action: "sts:AssumeRole", Resource: "*", Condition: {
      StringNotEqualsIfExists: { "aws:PrincipalOrgID": "\${aws:ResourceOrgID, 'none'}" } } } }
`

test('an organization limits every member but its management account, until a reload', async () => {
  await using house = await openRunning(accounts + organization('[FullAWSAccess, NoUsers]'))
  const client = (name: Name) => ({
    endpoint: house.origin,
    region: 'us-east-1',
    credentials: key(name),
    maxAttempts: 1,
  })
  const iam = (name: Name) => new IAMClient(client(name))
  const sts = (name: Name) => new STSClient(client(name))
  const create = (name: Name) => iam(name).send(new CreateUserCommand({ UserName: `by-${name}` }))
  const assume = (name: Name, account: string) =>
    sts(name).send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${account}:role/Open`,
        RoleSessionName: 'session',
      }),
    )
  const denied = { name: 'AccessDenied' }

  const said = /explicit deny in a service control policy/
  await assert.rejects(create('ann'), said)
  // The root of a member has no policies of its own, and is bound all the same.
  await assert.rejects(create('root'), said)
  await create('boss')
  await iam('ann').send(new ListUsersCommand({}))
  await sts('ann').send(new GetCallerIdentityCommand({}))

  // A resource control policy reaches callers from outside, on resources of members alone.
  await assume('ann', member)
  await assume('boss', member)
  await assert.rejects(assume('stranger', member), denied)
  await assume('stranger', management)

  const simulated = await iam('ann').send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: `arn:aws:iam::${member}:user/ann`,
      ActionNames: ['iam:CreateUser', 'iam:GetUser'],
    }),
  )
  assert.deepEqual(
    simulated.EvaluationResults?.map((one) => [
      one.EvalDecision,
      one.OrganizationsDecisionDetail?.AllowedByOrganizations,
      one.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId) ?? [],
    ]),
    [
      ['explicitDeny', false, []],
      ['allowed', true, ['user_ann_All']],
    ],
  )
  await iam('boss').send(
    new CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' }),
  )
  const [event] = (
    await house.events((all) => all.some(({ errorCode }) => errorCode === 'AccessDenied'))
  ).filter(({ errorCode }) => errorCode === 'AccessDenied')
  assert.deepEqual(event?.additionalEventData.gatehouse.decision?.because, [
    { policy: 'ou-ab12-11111111/NoUsers', statement: 0, layer: 'service-control' },
  ])

  // One level that does not allow is enough.
  await house.reload(accounts + organization('[]'))
  await assert.rejects(iam('ann').send(new GetUserCommand({})), /no service control policy allows/)
  await house.reload(accounts)
  await create('ann')
  await assume('stranger', member)
})
