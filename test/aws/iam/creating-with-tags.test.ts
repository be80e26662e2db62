import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allow, policy, userCaller } from '../wire-scene.ts'
import { arnOf, openIam } from './open-iam.ts'

const tagged = { 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'red' }
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
})
const rows = [
  ['CreateUser', 'iam:TagUser', { UserName: 'x' }, 'user/x'],
  ['CreateRole', 'iam:TagRole', { RoleName: 'x', AssumeRolePolicyDocument: document }, 'role/x'],
  [
    'CreatePolicy',
    'iam:TagPolicy',
    {
      PolicyName: 'x',
      PolicyDocument: document
        .replace('"Principal":{"AWS":"*"},', '')
        .replace('"Action"', '"Resource":"*","Action"'),
    },
    'policy/x',
  ],
  [
    'CreateOpenIDConnectProvider',
    'iam:TagOpenIDConnectProvider',
    { Url: 'https://id.example.com', 'ClientIDList.member.1': 'app' },
    'oidc-provider/id.example.com',
  ],
] as const

for (const [action, tagAction, parameters, resource] of rows) {
  test(`${action} with tags takes ${tagAction} too, and both see the tags`, async () => {
    const creator = userCaller({ layers: { identity: [allow(`iam:${action}`)] } })
    await using at = await openIam({ caller: creator })
    assert.equal(
      await at.outcome(action, { ...parameters, ...tagged }),
      `AccessDenied: User: ${creator.principal.arn} is not authorized to perform: ` +
        `${tagAction} on resource: ${arnOf(resource)} because no identity-based policy allows ` +
        `the ${tagAction} action`,
    )
    assert.equal(await at.outcome(action, parameters), '200')
    const reds = policy('identity', {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: [`iam:${action}`, tagAction],
        Resource: '*',
        Condition: {
          StringEquals: { 'aws:RequestTag/team': 'red' },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
        },
      },
    })
    await using other = await openIam({ caller: userCaller({ layers: { identity: [reds] } }) })
    assert.match(
      await other.outcome(action, { ...parameters, ...tagged, 'Tags.member.1.Value': 'blue' }),
      /^AccessDenied/,
    )
    assert.equal(await other.outcome(action, { ...parameters, ...tagged }), '200')
  })
}
