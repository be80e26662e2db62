import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { decide, type ParsedPolicy, parsePolicy } from '../../src/policy/index.ts'

type Row =
  | {
      readonly operator: string
      readonly value: string
      readonly fits: readonly string[]
      readonly 'does not fit': readonly string[]
    }
  | { readonly operator: string; readonly refused: readonly string[] }
const rows = JSON.parse(
  readFileSync(new URL('../decisions/values.json', import.meta.url), 'utf8'),
) as readonly Row[]

const principal = {
  kind: 'user' as const,
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/bob',
}
function policyOf(operator: string, value: string): ParsedPolicy {
  const statement = {
    Effect: 'Allow',
    Action: '*',
    Resource: '*',
    Condition: { [operator]: { 'app:key': value } },
  }
  return parsePolicy(
    'identity',
    'values',
    JSON.stringify({ Version: '2012-10-17', Statement: statement }),
  )
}

for (const row of rows) {
  if ('refused' in row) {
    test(`${row.operator} takes no value that can't be read`, () => {
      for (const value of row.refused)
        assert.ok(!policyOf(row.operator, value).ok, `\`${value}\` is read`)
    })
    continue
  }
  test(`${row.operator} \`${row.value.slice(0, 40)}\` holds for what fits only`, () => {
    const parsed = policyOf(row.operator, row.value)
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
    const effectOf = (value: string) =>
      decide(
        {
          principal,
          action: 's3:GetObject',
          resource: '*',
          context: new Map([['app:key', [value]]]),
        },
        { identity: [parsed.policy] },
      ).effect
    for (const value of row.fits) assert.equal(effectOf(value), 'allow', `\`${value}\``)
    for (const value of row['does not fit'])
      assert.equal(effectOf(value), 'implicit-deny', `\`${value}\``)
  })
}
