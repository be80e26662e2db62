import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePolicy } from '../../src/policy/index.ts'
import { actionOutsideSts } from '../../src/policy/trust-actions.ts'

function outside(...actions: readonly string[]): string | undefined {
  const Principal = { AWS: '111122223333' }
  const parsed = parsePolicy(
    'trust',
    'trust',
    JSON.stringify({
      Version: '2012-10-17',
      Statement: actions.map((Action) => ({ Effect: 'Allow', Principal, Action })),
    }),
  )
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
  return actionOutsideSts(parsed.policy)
}

test('a trust policy has actions of sts only, however they are written', () => {
  assert.equal(outside('sts:AssumeRole', 'STS:TagSession'), undefined)
  assert.equal(outside('sts:AssumeRole', 's3:GetObject', 'ec2:RunInstances'), 's3:GetObject')
  assert.equal(outside('xsts:AssumeRole'), 'xsts:AssumeRole')
  assert.equal(outside('*'), '*')
})
