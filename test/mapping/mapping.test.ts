// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the parts are CEL, not JavaScript
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Identity } from '../../src/kernel/identity.ts'
import { compileMappings, type MappingResult, type Rule } from '../../src/mapping/index.ts'

const amina: Identity = {
  connector: 'staff',
  protocol: 'ldap',
  subject: '5f0e',
  username: 'amina',
  displayName: 'Amina Diallo',
  attributes: new Map([
    ['mail', ['amina@example.com']],
    ['department', ['Payments']],
  ]),
  groups: ['developers', 'aws-111122223333-Developer', 'aws-444455556666-Auditor'],
  authenticatedAt: new Date('2026-03-02T09:00:00Z'),
  strength: 'password',
}
const developer = 'arn:aws:iam::111122223333:role/Developer'

function evaluate(rules: readonly Rule[], identity: Partial<Identity> = {}): MappingResult {
  const compiled = compileMappings(rules)
  assert.ok(compiled.ok, compiled.ok ? '' : JSON.stringify(compiled.problems))
  return compiled.mappings.evaluate({ ...amina, ...identity })
}
function problems(...rules: readonly Rule[]): readonly string[] {
  const compiled = compileMappings(rules)
  return compiled.ok
    ? []
    : compiled.problems.map(({ path, message }) => `${path.join('.')}: ${message}`)
}
const one = (grant: Rule['grants'][number], rest: Partial<Rule> = {}): Rule => ({
  name: 'r',
  grants: [grant],
  ...rest,
})

test('a matching rule gives its grant, every text filled in', () => {
  const { grants, outcomes } = evaluate([
    one(
      {
        role: developer,
        sessionName: '${identity.username}@${identity.connector}',
        tags: { team: '${identity.attributes.department[0]}', kind: 'staff' },
        transitiveTagKeys: ['team'],
        sourceIdentity: '${identity.username}',
        maxDurationSeconds: 7200,
        sessionPolicy: JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: 's3:*',
            Resource: 'arn:aws:s3:::home/${identity.username}/${aws:userid}/*',
          },
        }),
      },
      { when: '"developers" in identity.groups' },
    ),
  ])
  assert.deepEqual(grants, [
    {
      rule: 'r',
      roleArn: developer,
      sessionName: 'amina@staff',
      tags: new Map([
        ['team', 'Payments'],
        ['kind', 'staff'],
      ]),
      transitiveTagKeys: ['team'],
      sourceIdentity: 'amina',
      maxDurationSeconds: 7200,
      sessionPolicy:
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*",' +
        '"Resource":"arn:aws:s3:::home/amina/${aws:userid}/*"}}',
    },
  ])
  assert.deepEqual(outcomes, [
    { rule: 'r', result: 'granted', reason: '`"developers" in identity.groups` holds' },
  ])
})

test('group names become roles', () => {
  const { grants } = evaluate([
    one(
      { role: 'arn:aws:iam::${item.split("-")[1]}:role/${item.split("-")[2]}' },
      { forEach: 'identity.groups.filter(g, g.matches("^aws-[0-9]{12}-[A-Za-z]+$"))' },
    ),
  ])
  assert.deepEqual(
    grants.map(({ roleArn, sessionName }) => [roleArn, sessionName]),
    [
      [developer, 'amina'],
      ['arn:aws:iam::444455556666:role/Auditor', 'amina'],
    ],
  )
})

test('the reason names the part of the condition that settled it', () => {
  const reason = (when: string, identity: Partial<Identity> = {}) => {
    const [outcome] = evaluate([one({ role: developer }, { when })], identity).outcomes
    return `${outcome!.result}: ${outcome!.reason}`
  }
  assert.equal(
    reason('"developers" in identity.groups && identity.strength == "hardware"'),
    'not-matched: `identity.strength == "hardware"` does not hold',
  )
  assert.equal(
    reason('"x" in identity.groups || "developers" in identity.groups'),
    'granted: `"developers" in identity.groups` holds',
  )
  assert.equal(
    reason('("x" in identity.groups || "y" in identity.groups) && true'),
    'not-matched: `"x" in identity.groups` or `"y" in identity.groups` does not hold',
  )
  assert.equal(
    reason('identity.attributes.phone[0] == "1"'),
    'failed: `identity.attributes.phone[0] == "1"`: the identity has no `phone`',
  )
  assert.equal(
    reason('identity.attributes.phone[0] == "1" && "x" in identity.groups'),
    'not-matched: `"x" in identity.groups` does not hold',
  )
  assert.equal(
    reason('identity.attributes.phone[0] == "1" || "developers" in identity.groups'),
    'granted: `"developers" in identity.groups` holds',
  )
  assert.equal(
    reason('has(identity.attributes.phone) && identity.attributes.phone[0] == "1"'),
    'not-matched: `has(identity.attributes.phone)` does not hold',
  )
  assert.equal(
    reason('identity.attributes[?"phone"].orValue([]).exists(p, p == "1")').split(':')[0],
    'not-matched',
  )
})

test('time and strength count', () => {
  const rule = one(
    { role: developer },
    {
      when:
        'identity.authenticatedAt.getHours("UTC") < 18 && identity.authenticatedAt > ' +
        'timestamp("2026-01-01T00:00:00Z")',
    },
  )
  assert.equal(evaluate([rule]).grants.length, 1)
  assert.equal(
    evaluate([rule], { authenticatedAt: new Date('2026-03-02T19:00:00Z') }).grants.length,
    0,
  )
})

test('a value that may not be in a grant denies that rule only', () => {
  const denied = (grant: Rule['grants'][number], identity: Partial<Identity> = {}): string => {
    const { grants, outcomes } = evaluate(
      [one(grant), { name: 'other', grants: [{ role: developer, sessionName: 'other' }] }],
      identity,
    )
    assert.deepEqual(
      grants.map(({ rule }) => rule),
      ['other'],
    )
    assert.equal(outcomes[0]!.result, 'denied')
    return outcomes[0]!.reason
  }
  assert.match(
    denied({ role: developer }, { username: 'am ina' }),
    /session name has characters outside/,
  )
  assert.match(denied({ role: developer }, { username: 'a' }), /1 characters: 2 to 64/)
  assert.match(denied({ role: developer }, { username: 'a'.repeat(65) }), /65 characters/)
  assert.match(denied({ role: developer }, { username: 'amina\n' }), /outside/)
  assert.match(
    denied(
      { role: developer, sessionName: 'okay', tags: { t: '${identity.username}' } },
      { username: 'a\0b' },
    ),
    /tag `t`/,
  )
  assert.match(
    denied(
      { role: developer, sessionName: 'okay', tags: { t: '${identity.username}' } },
      { username: 'AWS:x' },
    ),
    /reserved/,
  )
  assert.match(
    denied(
      { role: developer, sessionName: 'okay', sourceIdentity: '${identity.username}' },
      { username: 'aws/x' },
    ),
    /source identity/,
  )
  assert.match(
    denied(
      { role: 'arn:aws:iam::111122223333:role/${identity.username}', sessionName: 'okay' },
      { username: 'a/Admin' },
    ),
    /role ARN/,
  )
  assert.match(denied({ role: '${identity.username}', sessionName: 'okay' }), /not a role ARN/)
  const policy = JSON.stringify({
    Statement: { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::${identity.username}' },
  })
  for (const username of ['a*', 'a?', '${aws:x}'])
    assert.match(
      denied({ role: developer, sessionName: 'okay', sessionPolicy: policy }, { username }),
      /session policy/,
    )
})

test('a value cannot change the structure of a session policy', () => {
  const sessionPolicy = JSON.stringify({
    Statement: { Effect: 'Deny', Action: 's3:*', Resource: '${identity.username}' },
  })
  const { grants } = evaluate([one({ role: developer, sessionName: 'okay', sessionPolicy })], {
    username: 'x","Effect":"Allow',
  })
  assert.deepEqual(JSON.parse(grants[0]!.sessionPolicy!), {
    Statement: { Effect: 'Deny', Action: 's3:*', Resource: 'x","Effect":"Allow' },
  })
})

test('mistakes are found at load, each with its place', () => {
  assert.deepEqual(problems(one({ role: developer }, { when: 'identity.grups == ["a"]' })), [
    '0.when: unknown field `grups`: did you mean `groups`?',
  ])
  assert.deepEqual(problems(one({ role: developer }, { when: 'identity.username' })), [
    '0.when: expected a condition (bool), found string',
  ])
  assert.deepEqual(problems(one({ role: '${item}' })), [
    '0.grants.0.role: `item` is only there in rules with `forEach`',
  ])
  assert.deepEqual(problems(one({ role: 'arn:aws:iam::1:role/x' })), [
    '0.grants.0.role: the role is not a role ARN: `arn:aws:iam::ACCOUNT:role/NAME`',
  ])
  assert.deepEqual(problems(one({ role: developer, sessionName: '${identity.username' })), [
    '0.grants.0.sessionName: `${` without its `}`',
  ])
  assert.deepEqual(
    problems(
      one({ role: developer, tags: { 'aws:x': 'y', a: 'b', A: 'c' }, transitiveTagKeys: ['z'] }),
    ),
    [
      '0.grants.0.tags.aws:x: the tag key `aws:x` starts with aws:, which is reserved',
      '0.grants.0.tags.A: `A` and `a` are one tag key: case does not matter',
      '0.grants.0.transitiveTagKeys.0: `z` is not among the tags',
    ],
  )
  assert.deepEqual(problems(one({ role: developer, maxDurationSeconds: 60 })), [
    '0.grants.0.maxDurationSeconds: expected 900 to 43200 seconds (12 hours)',
  ])
  assert.deepEqual(problems(one({ role: developer }), one({ role: developer })), [
    '1.name: another rule is named `r`',
  ])
  assert.deepEqual(problems({ name: 'r', grants: [] }), [
    '0.grants: a rule without grants gives nothing',
  ])
})

test('equal grants of one rule are one; different ones under one name are refused', () => {
  const each = { forEach: '["a1", "a2"]' }
  assert.equal(evaluate([one({ role: developer }, each)]).grants.length, 1)
  const [outcome] = evaluate([one({ role: developer, tags: { t: '${item}' } }, each)]).outcomes
  assert.equal(outcome!.result, 'denied')
})

test('lowerAscii and upperAscii change ASCII letters only', () => {
  const admins = one(
    { role: developer },
    { when: 'identity.groups[0].lowerAscii() == "kube-admins"' },
  )
  const granted = (group: string) => evaluate([admins], { groups: [group] }).grants.length
  assert.equal(granted('KUBE-admins'), 1)
  // A Kelvin sign, whose lower case in Unicode is `k`.
  assert.equal(granted('\u212aube-Admins'), 0)
  const upper = one(
    { role: developer, sessionName: 'one' },
    { when: 'identity.username.upperAscii() == "STRA\u00dfE"' },
  )
  assert.equal(evaluate([upper], { username: 'stra\u00dfe' }).grants.length, 1)
})

test('a pattern over every group costs what it costs', () => {
  const pattern = `"${'a'.repeat(190)}"`
  const each = `identity.groups.exists(g, g.matches(${pattern}))`
  const rule = one({ role: developer }, { when: Array(10).fill(each).join(' || ') })
  assert.match(problems(rule)[0] ?? '', /could take too long/)
})

test('what is written as in another language is told as CEL writes it', () => {
  const slips: Readonly<Record<string, string>> = {
    'identity.username = "a"': 'write `==`',
    '"a" in identity.groups and "b" in identity.groups': 'write `&&`',
    '"and" in identity.groups or true': 'write `||`',
    'not ("a" in identity.groups)': 'write `!`',
    '"a" not in identity.groups': 'write `!(x in list)`',
    'identity.username is "a"': 'write `==`',
    'identity.username <> "a"': 'write `!=`',
    'true & true': 'write `&&`',
    'identity.username == \u201ca\u201d': 'straight quotes',
  }
  for (const [when, words] of Object.entries(slips))
    assert.ok(problems(one({ role: developer }, { when }))[0]?.includes(words), when)
  assert.deepEqual(
    problems(one({ role: developer }, { when: '"a = b and c" in identity.groups' })),
    [],
  )
})
