import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validate } from '../../../src/policy/index.ts'
import { escalations } from '../../../src/policy/validate/escalations.ts'
import { actionReference } from '../../../src/reference/action-reference.ts'
import { documentOf } from '../written-policy.ts'

const reference = await actionReference()
const account = '111122223333'
const told = (statement: object) =>
  validate('identity', documentOf(statement as never, 'identity')).map(({ code }) => code)
const escalates = (statement: object) => told(statement).includes('privilege-escalation')

for (const { actions, on } of escalations) {
  const [service = '', ...rest] = on.split(':')
  const arn = (resource: string) => `arn:aws:${service}:*:${account}:${resource}`
  const all = rest.join(':')
  test(`${actions.join(' with ')} on all of ${on} is an escalation, on one of them none`, () => {
    for (const action of actions) {
      const [prefix = '', name] = action.split(':')
      assert.ok(
        reference.actions(prefix)?.some((one) => one.name === name),
        `no ${action}`,
      )
    }
    assert.ok(escalates({ Action: actions, Resource: '*' }))
    assert.ok(escalates({ Action: actions, Resource: arn(all) }))
    assert.ok(escalates({ Action: actions, Resource: arn('*') }))
    assert.ok(escalates({ Action: actions, Resource: null, NotResource: 'arn:aws:s3:::photos/*' }))
    for (const [key, value] of [
      ['aws:RequestedRegion', 'eu-central-1'],
      ['aws:PrincipalTag/team', 'a'],
      ['aws:ResourceTag/team', '*'],
    ] as const)
      assert.ok(
        escalates({ Action: actions, Resource: '*', Condition: { StringLike: { [key]: value } } }),
      )
    if (all.includes('*'))
      assert.ok(!escalates({ Action: actions, Resource: arn(all.replaceAll('*', 'app')) }))
    assert.ok(!escalates({ Action: actions, Resource: `arn:aws:sqs:*:${account}:*` }))
    const tagged = { StringEquals: { 'aws:ResourceTag/team': 'a' } }
    assert.ok(!escalates({ Action: actions, Resource: '*', Condition: tagged }))
  })
}

test('some of the actions that a way needs are no escalation', () => {
  for (const { actions, on } of escalations.filter((one) => one.actions.length > 1)) {
    for (const action of actions) {
      const alone = escalations.some((one) => one.actions.length === 1 && one.actions[0] === action)
      if (!alone) assert.ok(!escalates({ Action: action, Resource: '*' }), `${action} on ${on}`)
    }
  }
})

test('danger is judged by what is reached, not by how it is written', () => {
  const mfa = (value: string) => ({ Bool: { 'aws:MultiFactorAuthPresent': value } })
  const role = `arn:aws:iam::${account}:role/*`
  for (const [statement, code] of [
    [{ Action: 'iam:*', Resource: `arn:aws:iam::${account}:*` }, 'privilege-escalation'],
    [{ Action: 'iam:PassRole', Resource: role }, 'pass-role-everywhere'],
    [{ Action: 'iam:PassRole', Resource: 'arn:*:iam::*:*' }, 'pass-role-everywhere'],
    [{ Action: 'sts:AssumeRole', Resource: role }, 'assume-any-role'],
    [{ Action: 'iam:CreateServiceLinkedRole', Resource: role }, 'any-service-linked-role'],
    [{ Action: '*', Resource: '*', Condition: mfa('false') }, 'allow-everything'],
    [{ Action: '*', Resource: '*', Condition: mfa('true') }, 'allow-everything'],
    [{ Action: 's3:*', Resource: '*', Condition: mfa('true') }, 'service-wide-allow'],
  ] as const)
    assert.ok(told(statement).includes(code), JSON.stringify(statement))
  const boundary = {
    StringEquals: { 'iam:PermissionsBoundary': `arn:aws:iam::${account}:policy/limit` },
  }
  const everyBoundary = { StringLike: { 'iam:PermissionsBoundary': '*' } }
  const put = { Action: 'iam:PutRolePolicy', Resource: '*' }
  assert.ok(!escalates({ ...put, Condition: boundary }))
  assert.ok(escalates({ ...put, Condition: everyBoundary }))
  const named = `arn:aws:iam::${account}:role/app-*`
  assert.deepEqual(
    told({ Action: 'iam:PassRole', Resource: named }).filter((code) => code.startsWith('pass')),
    ['pass-role-to-any-service'],
  )
})
