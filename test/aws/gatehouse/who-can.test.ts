import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WhoCanResponse } from '../../../src/aws/gatehouse/explain/explain-model.ts'
import { whoCan } from '../../../src/aws/gatehouse/explain/who-can.ts'
import { type Party, type Policy, type PolicyKind, parsePolicy } from '../../../src/policy/index.ts'

const account = '111122223333'
const made = (kind: PolicyKind, statement: object): Policy => {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const parsed = parsePolicy(kind, 'P', text)
  assert.ok(parsed.ok)
  return parsed.policy
}
const anything = made('identity', { Effect: 'Allow', Action: '*', Resource: '*' })
const everybody = made('trust', {
  Effect: 'Allow',
  Principal: { AWS: account },
  Action: 'sts:AssumeRole',
})

function manyRoles(count: number): readonly Party[] {
  return Array.from({ length: count }, (_, i) => {
    const arn = `arn:aws:iam::${account}:role/R${i}`
    const session = `arn:aws:sts::${account}:assumed-role/R${i}/session`
    return {
      arn,
      principal: { kind: 'assumed-role', arn: session, account, roleArn: arn },
      identity: [anything],
      trust: [everybody],
    }
  })
}

test('5,000 roles that may all take each other are answered in turns, bounded', async () => {
  const { rules } = whoCan({
    parties: async () => {
      const parties = manyRoles(5000)
      return { parties, byArn: new Map(parties.map((one) => [one.arn, one])), isCut: false }
    },
    rules: () => [],
  })
  const { handle } = rules as { handle: (...asked: unknown[]) => Promise<WhoCanResponse> }
  const call = { account, now: new Date(), caller: { partition: 'aws' }, fault: assert.fail }
  let turns = 0
  const counting = setInterval(() => turns++, 0)
  try {
    const input = { Version: '', Action: 's3:GetObject', Resource: '*' }
    const found = await handle(input, call)
    assert.equal(found.Asked, 5000)
    assert.equal(found.Count, 5000)
    assert.equal(found.Direct.length, 500)
    assert.equal(found.Cut, 'told')
    const from = { Version: '', From: 'role/R0' }
    const reached = await handle(from, call)
    assert.equal(reached.Edges.length, 500)
  } finally {
    clearInterval(counting)
  }
  assert.ok(turns > 3, `other work had ${turns} turns`)
})
