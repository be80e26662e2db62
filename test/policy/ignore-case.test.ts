import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, parsePolicy } from '../../src/policy/index.ts'

function holds(wanted: string, given: string): boolean {
  const parsed = parsePolicy(
    'identity',
    'p',
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: '*',
          Resource: '*',
          Condition: { StringEqualsIgnoreCase: { 'aws:PrincipalTag/team': wanted } },
        },
      ],
    }),
  )
  assert.ok(parsed.ok)
  const context = new Map([['aws:principaltag/team', [given]]])
  return (
    decide(
      {
        principal: {
          kind: 'user',
          arn: 'arn:aws:iam::111122223333:user/x',
          account: '111122223333',
        },
        action: 'a:B',
        resource: '*',
        resourceAccount: '111122223333',
        context,
      },
      { identity: [parsed.policy] },
    ).effect === 'allow'
  )
}

test('case is ignored character by character: what becomes several stays itself', () => {
  for (const [one, other] of [
    ['Team', 'tEAM'],
    ['ÄÖÜ', 'äöü'],
    ['Σ', 'σ'],
    ['ς', 'Σ'],
    ['Ж', 'ж'],
    ['K', 'k'],
  ] as const)
    assert.ok(holds(one, other) && holds(other, one), `${one} ${other}`)
  for (const [one, other] of [
    ['straSSe', 'straße'],
    ['i', 'ı'],
    ['I', 'ı'],
    ['i', 'İ'],
    ['i\u0307', 'İ'],
    ['ﬁ', 'fi'],
    ['e', 'é'],
  ] as const)
    assert.ok(!holds(one, other) && !holds(other, one), `${one} ${other}`)
})
