import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, parsePolicy, type Question } from '../../src/policy/index.ts'
import { arnMatches, textMatches } from './reference-match.ts'

// Each statement holds for a number of its own: what an index leaves out by mistake can't be made
// up for by another.
const principal = {
  kind: 'user' as const,
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/bob',
}
const names = [
  '',
  'a',
  'ab',
  'abc',
  'abd',
  'abcde',
  'abcdef',
  'b',
  'ba',
  'bab',
  'z',
  '~',
  'ä',
  'äb',
  'ab ä',
  '\u0080',
  '\u0080b',
  '😀',
  '😀b',
  'a😀b',
  'cat',
  'xcatx',
  'a-cat-b',
  'cat-cat',
  'ca',
  'at',
  'u',
  'u/a',
  'abu',
]
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of policies.
const patterns = [
  ...names,
  ...names.map((name) => `${name}*`),
  '*b',
  '*ab',
  '*abc',
  '*cat',
  '*cat*',
  '*ca*',
  '*at*',
  'a*b',
  'a*c',
  'ab*ef',
  'a*b*c',
  '*a*b*',
  '?',
  '??',
  'a?',
  'a?c',
  '?b',
  '*?',
  'ab?*',
  '${aws:username}',
  '${aws:username}/*',
  'ab${aws:username}',
  "${app:absent, 'a'}*",
  '${app:absent}',
  '${*}',
  'a${?}',
]
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.

function question(i: number, resource: string, value?: string): Question {
  const context = new Map([
    ['app:number', [String(i)]],
    ['aws:username', ['u']],
  ])
  if (value !== undefined) context.set('app:value', [value])
  return { principal, action: 's3:GetObject', resource, context }
}

/** Asks every statement for every name, and compares with what it should say. */
function check(
  statements: readonly object[],
  ask: (i: number, name: string) => Question,
  expected: (i: number, name: string) => boolean,
): void {
  const parsed = parsePolicy(
    'identity',
    'many',
    JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  )
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
  for (const i of statements.keys()) {
    for (const name of names) {
      const { effect, because } = decide(ask(i, name), { identity: [parsed.policy] })
      assert.equal(
        effect === 'allow',
        expected(i, name),
        `${JSON.stringify(statements[i])} on \`${name}\``,
      )
      if (effect === 'allow') assert.equal(because[0]?.statement, i)
    }
  }
}
const numbered = (i: number) => ({ NumericEquals: { 'app:number': String(i) } })
const bucket = (name: string) => `arn:aws:s3:::${name}`
function halves<T>(list: readonly T[]): readonly (readonly T[])[] {
  return [list.slice(0, list.length / 2), list.slice(list.length / 2)]
}

test('a statement is found by its resource, whatever its pattern is like', () => {
  for (const half of halves(patterns)) {
    const statements = half.map((pattern, i) => ({
      Effect: 'Allow',
      Action: 's3:*',
      Resource: bucket(pattern),
      Condition: numbered(i),
    }))
    check(
      statements,
      (i, name) => question(i, bucket(name)),
      (i, name) =>
        arnMatches(bucket(half[i]!), bucket(name), {
          variables: true,
          question: question(i, bucket(name)),
        }),
    )
  }
})

test('a statement is found by the value of a key, whatever its pattern is like', () => {
  for (const half of halves(patterns)) {
    const statements = half.map((pattern, i) => ({
      Effect: 'Allow',
      Action: 's3:*',
      Resource: '*',
      Condition: { StringLike: { 'app:value': pattern }, ...numbered(i) },
    }))
    check(
      statements,
      (i, name) => question(i, '*', name),
      (i, name) =>
        textMatches(half[i]!, name, {
          variables: true,
          wildcards: true,
          question: question(i, '*'),
        }),
    )
  }
})

test('a statement about all but some is found where it applies', () => {
  for (const half of halves(patterns)) {
    const statements = half.map((pattern, i) => ({
      Effect: 'Allow',
      Action: 's3:*',
      NotResource: [bucket(pattern), bucket('z')],
      Condition: numbered(i % 7),
    }))
    // Several have the same number: only whether one applies is asked.
    const parsed = parsePolicy(
      'identity',
      'many',
      JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    )
    assert.ok(parsed.ok)
    for (const name of names) {
      for (let number = 0; number < 8; number++) {
        const asked = question(number, bucket(name))
        const applies = half.some(
          (pattern, i) =>
            i % 7 === number &&
            name !== 'z' &&
            !arnMatches(bucket(pattern), bucket(name), { variables: true, question: asked }),
        )
        assert.equal(
          decide(asked, { identity: [parsed.policy] }).effect === 'allow',
          applies,
          `${number} on \`${name}\``,
        )
      }
    }
  }
})

test('statements that no pattern tells apart are found', () => {
  for (const Resource of [bucket('*'), bucket('abc*'), 'arn:aws:sns:*:111122223333:news']) {
    const statements = Array.from({ length: 40 }, (_, i) => ({
      Effect: 'Allow',
      Action: 's3:*',
      Resource,
      Condition: numbered(i),
    }))
    const resource = Resource.replace('*', 'abcx')
    check(
      statements,
      (i) => question(i, resource),
      () => true,
    )
    check(
      statements,
      (i) => question(i + 40, resource),
      () => false,
    )
  }
})

test('statements are found by two characters that their patterns hold, or by four', () => {
  const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'ä']
  for (const [before, after] of [
    ['', ''],
    ['xy', ''],
    ['', 'yx'],
    ['-', '-'],
  ] as const) {
    const middles = letters.flatMap((one) =>
      letters.map((other) => `${before}${one}${other}${after}`),
    )
    const statements = middles.map((middle, i) => ({
      Effect: 'Allow',
      Action: 's3:*',
      Resource: bucket(`*${middle}*`),
      Condition: numbered(i),
    }))
    check(
      statements.slice(0, 45),
      (i) => question(i, bucket(`0${middles[i]}1`)),
      () => true,
    )
    check(
      statements.slice(0, 45),
      (i) => question(i, bucket(middles[i]!)),
      () => true,
    )
    check(
      statements.slice(0, 45),
      (i) => question(i, bucket(`0${middles[(i + 1) % 45]}1`)),
      () => false,
    )
  }
})

test('several values of a key find no statement that wants one', () => {
  const statements = Array.from({ length: 12 }, (_, i) => ({
    Effect: 'Allow',
    Action: 's3:*',
    Resource: '*',
    Condition: { StringLike: { 'app:value': `a${i}*` } },
  }))
  const parsed = parsePolicy(
    'identity',
    'many',
    JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  )
  assert.ok(parsed.ok)
  const effect = (values: readonly string[]) =>
    decide(
      { ...question(0, '*'), context: new Map([['app:value', values]]) },
      { identity: [parsed.policy] },
    ).effect
  assert.equal(effect(['a1']), 'allow')
  assert.equal(effect(['a1', 'a2']), 'implicit-deny')
  assert.equal(effect([]), 'implicit-deny')
})

test('a statement that wants a value of a key does not hold where the key is absent', () => {
  const statements = names.map((name) => ({
    Effect: 'Allow',
    Action: 's3:*',
    Resource: '*',
    Condition: { StringEquals: { 'app:value': name } },
  }))
  const parsed = parsePolicy(
    'identity',
    'many',
    JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  )
  assert.ok(parsed.ok)
  assert.equal(decide(question(0, '*'), { identity: [parsed.policy] }).effect, 'implicit-deny')
  assert.equal(decide(question(0, '*', 'abc'), { identity: [parsed.policy] }).effect, 'allow')
})

test('each of many actions is told by its own statements', () => {
  const actions = Array.from({ length: 64 }, (_, i) => `s3:Action${i}`)
  const parsed = parsePolicy(
    'identity',
    'many',
    JSON.stringify({
      Version: '2012-10-17',
      Statement: actions.map((Action, i) => ({
        Effect: 'Allow',
        Action,
        Resource: bucket(String(i)),
      })),
    }),
  )
  assert.ok(parsed.ok)
  for (const [i, action] of actions.entries()) {
    const allowed: readonly number[] = actions.flatMap((_, resource) =>
      decide({ ...question(i, bucket(String(resource))), action }, { identity: [parsed.policy] })
        .effect === 'allow'
        ? [resource]
        : [],
    )
    assert.deepEqual(allowed, [i])
  }
})
