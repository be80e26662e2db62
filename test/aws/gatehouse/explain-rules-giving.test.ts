import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rulesGiving } from '../../../src/aws/gatehouse/explain/rules-giving.ts'

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`
const rule = (name: string, ...roles: readonly string[]) => ({
  name,
  grants: roles.map((one) => ({ role: one })),
})

test('a rule gives a role that it names, and may give one that its pattern fits', () => {
  const rules = [
    rule('named', role('Dev')),
    rule('pattern', role('${item}-Admin')),
    rule('both', role('D${item}'), role('Dev')),
    rule('other', role('Ops')),
  ]
  assert.deepEqual(rulesGiving(rules, [role('Dev'), role('Team-Admin')]), [
    { Rule: 'named', To: role('Dev'), By: 'name' },
    { Rule: 'pattern', To: role('Team-Admin'), By: 'pattern' },
    { Rule: 'both', To: role('Dev'), By: 'name' },
  ])
})

test('parts of a pattern stand in their order and do not overlap', () => {
  const of = (pattern: string, name: string) =>
    rulesGiving([rule('r', role(pattern))], [role(name)]).length
  assert.equal(of('a${x}b${y}c', 'aXbYc'), 1)
  assert.equal(of('a${x}b${y}c', 'aXYc'), 0)
  assert.equal(of('ab${x}ba', 'aba'), 0)
})
