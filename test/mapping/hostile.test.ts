// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the parts are CEL, not JavaScript
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Identity } from '../../src/kernel/identity.ts'
import { compileMappings, type Rule } from '../../src/mapping/index.ts'

const role = 'arn:aws:iam::111122223333:role/Developer'
const identity = (parts: Partial<Identity> = {}): Identity => ({
  connector: 'staff',
  protocol: 'ldap',
  subject: 's',
  username: 'amina',
  displayName: 'Amina',
  attributes: new Map(),
  groups: [],
  authenticatedAt: new Date('2026-03-02T09:00:00Z'),
  strength: 'password',
  ...parts,
})
function compile(...rules: readonly Rule[]) {
  const compiled = compileMappings(rules)
  assert.ok(compiled.ok, JSON.stringify(compiled))
  return compiled.mappings
}
function refusal(when: string): string {
  const compiled = compileMappings([{ name: 'r', when, grants: [{ role }] }])
  return compiled.ok ? 'accepted' : compiled.problems[0]!.message
}
function millisecondsOf(work: () => void): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

test('no pattern backtracks', () => {
  const mappings = compile({
    name: 'r',
    when: 'identity.username.matches("^(a+)+$") || identity.username.matches("^(a|a)*b$")',
    grants: [{ role }],
  })
  assert.ok(
    millisecondsOf(() => mappings.evaluate(identity({ username: `${'a'.repeat(1000)}!` }))) <
      10_000,
  )
})

test('what has no bound is refused at load', () => {
  const nested = (n: number, inner: string): string =>
    n === 0 ? inner : `identity.groups.all(g${n}, ${nested(n - 1, inner)})`
  assert.equal(refusal(nested(2, 'g1 == g2')), 'accepted')
  assert.match(refusal(nested(3, 'g1 == g2')), /at most one in one/)
  assert.match(
    refusal('identity.groups.exists(g, identity.groups.exists(h, g.contains(h)))'),
    /too long/,
  )
  assert.match(
    refusal('identity.groups.map(g, identity.groups).map(l, l.map(x, l.size())).size() > 0'),
    /too long/,
  )
  const doubling = `identity.groups${'.map(g, g + g)'.repeat(20)}`
  assert.match(refusal(`${doubling}.join("").size() > 0`), /too long/)
  assert.match(
    refusal(
      `cel.bind(x, identity.username + identity.username, ${'cel.bind(x, x + x, '.repeat(25)}` +
        'x.size() ' +
        `> 1${')'.repeat(26)}`,
    ),
    /too long|limit|exceeded/i,
  )
  assert.match(refusal('identity.username.matches(identity.displayName)'), /written out/)
  assert.match(refusal('identity.username.matches("(?=a)")'), /not an RE2 pattern/)
  assert.match(refusal(`identity.username.matches("${'a'.repeat(201)}")`), /at most 200/)
  assert.match(refusal('matches(identity.username, "a")'), /text\.matches/)
  assert.match(refusal('identity.username.matchesPattern("a")'), /unknown function/)
  assert.match(refusal('dyn(identity.username) == 1'), /unknown function `dyn`/)
  assert.match(refusal('bytes(identity.username).json() == {}'), /unknown function/)
  assert.match(refusal('[identity].exists(x, x.username == "a")'), /needs a field/)
  assert.match(refusal('identity.groups.exists(identity, true)'), /taken/)
  assert.match(refusal('identity.constructor == "x"'), /unknown field/)
  assert.match(refusal('identity.__proto__ == "x"'), /unknown field|__proto__/)
  assert.match(refusal(`${'('.repeat(100)}true${')'.repeat(100)}`), /maxDepth|depth/i)
  assert.match(refusal(Array(500).fill('true').join(' && ')), /AstNodes|nodes/i)
  assert.match(refusal(`true${' '.repeat(5000)}`), /at most 4000/)
})

test('the costliest rule that is accepted ends in time, on the biggest identity', () => {
  const groups = Array.from({ length: 1000 }, (_, index) => `${'g'.repeat(1000)}${index}`)
  for (const when of [
    'identity.groups.all(g, identity.groups.exists(h, g == h))',
    'identity.groups.all(g, g.matches("(g|gg)*x?[0-9]+$"))',
    'identity.groups.all(g, g in identity.groups)',
    '!identity.groups.exists(g, g.contains("ggggggggggggggggggggggggggggggx"))',
  ]) {
    const mappings = compile({ name: 'r', when, grants: [{ role }] })
    const spent = millisecondsOf(() =>
      assert.equal(mappings.evaluate(identity({ groups })).grants.length, 1, when),
    )
    assert.ok(spent < 3000, `${when}: ${Math.round(spent)} ms`)
  }
})

test('an identity that is too big is refused by every rule, with the reason', () => {
  const mappings = compile({ name: 'a', grants: [{ role }] }, { name: 'b', grants: [{ role }] })
  const reasons = (parts: Partial<Identity>) => {
    const { grants, outcomes } = mappings.evaluate(identity(parts))
    assert.equal(grants.length, 0)
    assert.deepEqual(
      outcomes.map(({ result }) => result),
      ['failed', 'failed'],
    )
    return outcomes[0]!.reason
  }
  assert.match(reasons({ groups: Array(1001).fill('g') }), /1001 groups/)
  assert.match(reasons({ groups: ['g'.repeat(1025)] }), /longer than 1024/)
  assert.match(
    reasons({ attributes: new Map([['photo', ['x'.repeat(4097)]]]) }),
    /longer than 4096/,
  )
})

test('attribute names of the object prototype are plain names', () => {
  const mappings = compile({
    name: 'r',
    when: 'has(identity.attributes.constructor) || "toString" in identity.attributes',
    grants: [{ role }],
  })
  assert.equal(mappings.evaluate(identity()).outcomes[0]!.result, 'not-matched')
})

test('too many elements, too many grants', () => {
  const each = compile({
    name: 'r',
    forEach: 'identity.groups',
    grants: [{ role, sessionName: '${item}' }],
  })
  assert.match(
    each.evaluate(identity({ groups: Array.from({ length: 201 }, (_, i) => `g${i}`) })).outcomes[0]!
      .reason,
    /201 elements: at most 200/,
  )
  const many = compile(
    ...Array.from({ length: 6 }, (_, n) => ({
      name: `r${n}`,
      forEach: 'identity.groups',
      grants: [{ role, sessionName: '${item}' }],
    })),
  )
  const { grants, outcomes } = many.evaluate(
    identity({ groups: Array.from({ length: 200 }, (_, i) => `g${i}`) }),
  )
  assert.equal(grants.length, 1000)
  assert.equal(outcomes[5]!.result, 'denied')
})

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom(
    'amina',
    '*',
    '${aws:username}',
    'a/b',
    '"',
    'aws:x',
    'arn:aws:iam::111122223333:role/Admin',
  ),
)

test('whatever the identity: evaluation never throws, and no grant breaks the rules of STS', () => {
  const mappings = compile(
    {
      name: 'each',
      forEach: 'identity.groups',
      grants: [{ role: 'arn:aws:iam::111122223333:role/team/${item}' }],
    },
    {
      name: 'tags',
      when: 'has(identity.attributes.team)',
      grants: [
        {
          role,
          tags: { team: '${identity.attributes.team[0]}' },
          sourceIdentity: '${identity.subject}',
        },
      ],
    },
    {
      name: 'policy',
      grants: [
        {
          role,
          sessionName: 'fixed',
          sessionPolicy:
            '{"Statement":{"Effect":"Allow","Action":"s3:*",' +
            '"Resource":"arn:aws:s3:::${identity.username}/*"}}',
        },
      ],
    },
    { name: 'fixed', grants: [{ role, sessionName: 'fixed' }] },
  )
  fc.assert(
    fc.property(
      text,
      text,
      fc.array(text, { maxLength: 5 }),
      fc.dictionary(fc.constantFrom('team', 'x'), fc.array(text, { maxLength: 3 })),
      (username, subject, groups, attributes) => {
        const { grants, outcomes } = mappings.evaluate(
          identity({ username, subject, groups, attributes: new Map(Object.entries(attributes)) }),
        )
        assert.equal(outcomes.length, 4)
        assert.equal(outcomes[3]!.result, 'granted')
        for (const grant of grants) {
          assert.match(grant.sessionName, /^[\w+=,.@-]{2,64}$/)
          assert.match(
            grant.roleArn,
            /^arn:aws:iam::111122223333:role\/(team\/[\w+=,.@-]+|Developer)$/,
          )
          if (grant.sourceIdentity !== undefined)
            assert.match(grant.sourceIdentity, /^[\w+=,.@-]{2,64}$/)
          for (const value of grant.tags.values())
            assert.ok(value.length <= 256 && !/^aws:/i.test(value))
          if (grant.sessionPolicy === undefined) continue
          const policy = JSON.parse(grant.sessionPolicy) as { Statement: { Resource: string } }
          assert.equal(policy.Statement.Resource, `arn:aws:s3:::${username}/*`)
        }
        for (const { rule, result } of outcomes)
          if (result !== 'granted') assert.ok(!grants.some((grant) => grant.rule === rule))
      },
    ),
    { numRuns: 300 },
  )
})
