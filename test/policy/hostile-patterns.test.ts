import assert from 'node:assert/strict'
import { test } from 'node:test'
import { globMatches, globOf } from '../../src/policy/glob.ts'
import { decide, parsePolicy, validate } from '../../src/policy/index.ts'
import { actionReference } from '../../src/reference/action-reference.ts'

// Apart from the other tests: what measures time has nothing to say about mutants
// (stryker.config.json).
test('hostile patterns cost at most pattern times text', () => {
  const hostile = [
    '*a'.repeat(500),
    `${'*a'.repeat(400)}b`,
    '*?'.repeat(500),
    `*${'a'.repeat(900)}b`,
    `*${'a'.repeat(450)}b*${'a'.repeat(400)}b`,
  ]
  const text = 'a'.repeat(2000)
  const start = process.cpuUsage()
  for (const one of hostile) for (let i = 0; i < 20; i++) globMatches(globOf(one), text)
  // At most 20 × 5 × 1,000 × 2,000 steps; a backtracking matcher would need more than the age of
  // the universe.
  assert.ok(process.cpuUsage(start).user < 30_000_000)
  const statement = {
    Effect: 'Allow',
    Action: 's3:*',
    Resource: `arn:aws:s3:::${'*a'.repeat(900)}b`,
  }
  const parsed = parsePolicy(
    'identity',
    'hostile',
    JSON.stringify({ Version: '2012-10-17', Statement: statement }),
  )
  assert.ok(parsed.ok)
  const asked = {
    principal: {
      kind: 'user' as const,
      arn: 'arn:aws:iam::111122223333:user/bob',
      account: '111122223333',
    },
    action: 's3:GetObject',
    context: new Map(),
  }
  const before = process.cpuUsage()
  assert.equal(
    decide(
      { ...asked, resource: `arn:aws:s3:::${'a'.repeat(2000)}` },
      { identity: [parsed.policy] },
    ).effect,
    'implicit-deny',
  )
  assert.ok(process.cpuUsage(before).user < 10_000_000)
})

test('a crowded policy is validated without a cost that grows with its square', async () => {
  const reference = await actionReference()
  const statement = {
    Effect: 'Allow',
    Action: Array.from({ length: 900 }, (_, i) => `s3:A${i}`),
    Resource: '*',
  }
  const start = process.cpuUsage()
  assert.ok(
    validate('identity', JSON.stringify({ Version: '2012-10-17', Statement: statement }), {
      reference,
    }).length >= 900,
  )
  assert.ok(process.cpuUsage(start).user < 20_000_000)
})
