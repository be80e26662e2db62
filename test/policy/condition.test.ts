import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, parsePolicy, type Question } from '../../src/policy/index.ts'

const account = '111122223333'
/** Whether a statement under the condition allows a request with these keys. */
function allowed(
  Condition: object,
  context: Question['context'],
  multivalued?: ReadonlySet<string>,
): boolean {
  const statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition }
  const parsed = parsePolicy(
    'identity',
    'p',
    JSON.stringify({ Version: '2012-10-17', Statement: statement }),
  )
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
  const principal = { kind: 'user' as const, account, arn: `arn:aws:iam::${account}:user/bob` }
  const question = {
    principal,
    action: 's3:GetObject',
    resource: '*',
    context,
    ...(multivalued && { multivalued }),
  }
  return decide(question, { identity: [parsed.policy] }).effect === 'allow'
}

test('several values fit nothing without a set operator, even of an undeclared key', () => {
  for (const operator of ['StringEquals', 'StringEqualsIfExists', 'StringLike']) {
    assert.equal(
      allowed(
        { [operator]: { 'aws:PrincipalTag/team': ['a', 'b'] } },
        new Map([['aws:principaltag/team', ['a', 'b']]]),
      ),
      false,
      operator,
    )
    assert.equal(
      allowed(
        { [operator]: { 'aws:PrincipalTag/team': ['a', 'b'] } },
        new Map([['aws:principaltag/team', ['a']]]),
      ),
      true,
      operator,
    )
  }
  assert.equal(
    allowed(
      { StringNotEquals: { 'aws:PrincipalTag/team': 'c' } },
      new Map([['aws:principaltag/team', ['a', 'b']]]),
    ),
    false,
  )
})

test('a key without a value counts as absent', () => {
  const empty = new Map([['aws:principaltag/team', []]])
  assert.equal(allowed({ StringEquals: { 'aws:PrincipalTag/team': 'a' } }, empty), false)
  assert.equal(allowed({ StringEqualsIfExists: { 'aws:PrincipalTag/team': 'a' } }, empty), true)
  assert.equal(allowed({ StringNotEquals: { 'aws:PrincipalTag/team': 'a' } }, empty), true)
  assert.equal(allowed({ Null: { 'aws:PrincipalTag/team': 'true' } }, empty), true)
})

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of policies.
test('several values are no variable, with a default or without, even of an undeclared key', () => {
  const context = (team: readonly string[]) =>
    new Map([
      ['aws:principaltag/team', team],
      ['s3:prefix', ['a']],
    ])
  for (const variable of ['${aws:PrincipalTag/team}', "${aws:PrincipalTag/team, 'a'}"]) {
    assert.equal(allowed({ StringEquals: { 's3:prefix': variable } }, context(['a'])), true)
    assert.equal(allowed({ StringEquals: { 's3:prefix': variable } }, context(['a', 'a'])), false)
    assert.equal(
      allowed(
        { StringEquals: { 's3:prefix': variable } },
        context(['a']),
        new Set(['aws:principaltag/team']),
      ),
      false,
    )
    assert.equal(
      allowed({ StringEqualsIgnoreCase: { 's3:prefix': variable } }, context(['A'])),
      true,
    )
  }
  assert.equal(
    allowed(
      { StringEquals: { 's3:prefix': "${aws:PrincipalTag/team, 'a'}" } },
      new Map([['s3:prefix', ['a']]]),
    ),
    true,
  )
  assert.equal(
    allowed(
      { StringEqualsIgnoreCase: { 's3:prefix': '${aws:PrincipalTag/team}' } },
      new Map([['s3:prefix', ['a']]]),
    ),
    false,
  )
  assert.equal(
    allowed(
      { ArnLike: { 's3:prefix': '${aws:PrincipalTag/team}' } },
      new Map([['s3:prefix', ['arn:aws:s3:::a']]]),
    ),
    false,
  )
})
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.

test('long patterns match as short ones do', () => {
  const long = 'x'.repeat(5000)
  for (const [value, fits] of [
    [`${long}y`, true],
    [long, true],
    [long.slice(1), false],
  ] as const) {
    assert.equal(
      allowed({ StringLike: { 'app:value': `${long}*` } }, new Map([['app:value', [value]]])),
      fits,
    )
  }
})
