import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partiesOf } from '../../src/cli/policy/parties.ts'
import { decide } from '../../src/policy/index.ts'

const trustPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' },
})

test('roles of the settings have the ready-made policies of their partition', async () => {
  const role = (name: string, arn: string) => ({ name, trustPolicy, attachedPolicies: [arn] })
  const readOnly = (partition: string) => `arn:${partition}:iam::aws:policy/ReadOnlyAccess`
  const parties = await partiesOf([
    { id: '111122223333', roles: [role('Own', readOnly('aws')), role('Far', readOnly('aws-cn'))] },
    { id: '444455556666', partition: 'aws-cn', roles: [role('Cn', readOnly('aws-cn'))] },
  ])
  const may = parties.map(({ arn, principal, identity }) => {
    const question = { principal, resource: '*', context: new Map() }
    const effects = ['s3:GetObject', 's3:PutObject'].map(
      (action) => decide({ ...question, action }, { identity }).effect,
    )
    return [arn.slice(arn.lastIndexOf('/') + 1), ...effects]
  })
  assert.deepEqual(may, [
    ['Own', 'allow', 'implicit-deny'],
    ['Far', 'explicit-deny', 'explicit-deny'],
    ['Cn', 'allow', 'implicit-deny'],
  ])
})
