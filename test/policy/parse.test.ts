import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decide, type PolicyKind, type Problem, parsePolicy } from '../../src/policy/index.ts'
import { runs } from './property-runs.ts'

function problemsOf(text: string, kind: PolicyKind = 'identity'): readonly Problem[] {
  const parsed = parsePolicy(kind, 'test', text)
  assert.ok(!parsed.ok, 'the policy parses')
  assert.ok(parsed.problems.length > 0)
  return parsed.problems
}

function statement(members: string): string {
  return `{"Version":"2012-10-17","Statement":{${members}}}`
}
const rest = '"Effect":"Allow","Action":"s3:*","Resource":"*"'
function condition(block: string): string {
  return statement(`${rest},"Condition":${block}`)
}

/** What is wrong, the document, a part of the message, and the element where it is told. */
const refused: readonly (readonly [name: string, text: string, message: string, path: string])[] = [
  ['no JSON', 'Version: 2012', 'where a value is expected', ''],
  ['an empty text', '', 'the document ends where a value is expected', ''],
  [
    'something after the document',
    '{"Version":"2012-10-17"} x',
    'where the end of the document is expected',
    '',
  ],
  ['a trailing comma', '{"Version":"2012-10-17",}', 'a name in double quotes', ''],
  ['a comment', '{/* */}', 'a name in double quotes', ''],
  ['a list for a document', '[]', 'an object is expected', ''],
  ['a string for a document', '"Allow"', 'an object is expected', ''],
  ['null for a document', 'null', 'an object is expected, null found', ''],
  ['no statement', '{"Version":"2012-10-17"}', 'the policy has no Statement', ''],
  ['an empty list of statements', '{"Statement":[]}', 'at least one statement', 'Statement'],
  ['a string for a statement', '{"Statement":"Allow"}', 'an object is expected', 'Statement'],
  [
    'a duplicate element',
    statement(`${rest},"Effect":"Deny"`),
    '`Effect` stands twice',
    'Statement.Effect',
  ],
  [
    'a duplicate element under an escaped name',
    statement(`${rest},"Eff\\u0065ct":"Deny"`),
    '`Effect` stands twice',
    'Statement.Effect',
  ],
  [
    'a duplicate condition operator',
    condition('{"Bool":{"aws:a":"true"},"Bool":{"aws:b":"true"}}'),
    '`Bool` stands twice',
    'Statement.Condition.Bool',
  ],
  [
    'a duplicate condition key',
    condition('{"Bool":{"aws:a":"true","aws:a":"false"}}'),
    '`aws:a` stands twice',
    'Statement.Condition.Bool.aws:a',
  ],
  [
    '__proto__ in the document',
    '{"__proto__":{},"Statement":[]}',
    'unknown element `__proto__`',
    '__proto__',
  ],
  [
    '__proto__ in a statement',
    statement(`${rest},"__proto__":{"Effect":"Allow"}`),
    'unknown element `__proto__`',
    'Statement.__proto__',
  ],
  [
    '__proto__ in a condition',
    condition('{"__proto__":{"aws:a":"true"}}'),
    'not a condition operator',
    'Statement.Condition.__proto__',
  ],
  [
    'constructor as an operator',
    condition('{"constructor":{"aws:a":"true"}}'),
    'not a condition operator',
    'Statement.Condition.constructor',
  ],
  [
    '__proto__ as a key',
    condition('{"Bool":{"__proto__":"true"}}'),
    'a condition key',
    'Statement.Condition.Bool.__proto__',
  ],
  [
    'an unknown element',
    statement(`${rest},"Actions":"*"`),
    'did you mean `Action`?',
    'Statement.Actions',
  ],
  [
    'an element in the wrong case',
    statement('"effect":"Allow","Action":"*","Resource":"*"'),
    'did you mean `Effect`?',
    'Statement.effect',
  ],
  [
    'an unknown element of the document',
    '{"version":"2012-10-17","Statement":[]}',
    'did you mean `Version`?',
    'version',
  ],
  [
    'an unknown Version',
    '{"Version":"2012-10-18","Statement":[]}',
    '2012-10-17 or 2008-10-17',
    'Version',
  ],
  [
    'a number for Version',
    '{"Version":20121017,"Statement":[]}',
    'a string is expected',
    'Version',
  ],
  [
    'an Id that is no string',
    '{"Id":{},"Statement":[]}',
    'a string is expected, an object found',
    'Id',
  ],
  ['no Effect', statement('"Action":"*","Resource":"*"'), 'no Effect', 'Statement'],
  [
    'an Effect in the wrong case',
    statement('"Effect":"allow","Action":"*","Resource":"*"'),
    'Allow or Deny is expected',
    'Statement.Effect',
  ],
  [
    'a list for Effect',
    statement('"Effect":["Allow"],"Action":"*","Resource":"*"'),
    'a string is expected, a list found',
    'Statement.Effect',
  ],
  [
    'no Action',
    statement('"Effect":"Allow","Resource":"*"'),
    'neither Action nor NotAction',
    'Statement',
  ],
  [
    'no Resource',
    statement('"Effect":"Allow","Action":"*"'),
    'neither Resource nor NotResource',
    'Statement',
  ],
  [
    'Action and NotAction',
    statement(`${rest},"NotAction":"s3:*"`),
    "can't stand together",
    'Statement.NotAction',
  ],
  [
    'Resource and NotResource',
    statement(`${rest},"NotResource":"*"`),
    "can't stand together",
    'Statement.NotResource',
  ],
  [
    'a Principal',
    statement(`${rest},"Principal":"*"`),
    'an identity policy has no Principal',
    'Statement.Principal',
  ],
  [
    'an empty list of actions',
    statement('"Effect":"Allow","Action":[],"Resource":"*"'),
    'at least one value',
    'Statement.Action',
  ],
  [
    'a number among actions',
    statement('"Effect":"Allow","Action":["s3:Get*",7],"Resource":"*"'),
    'a string is expected, the number `7` found',
    'Statement.Action[1]',
  ],
  [
    'an action without a service',
    statement('"Effect":"Allow","Action":"GetObject","Resource":"*"'),
    'service:Name',
    'Statement.Action',
  ],
  [
    'an action with a space before its colon',
    statement('"Effect":"Allow","Action":"s3 :GetObject","Resource":"*"'),
    'service:Name',
    'Statement.Action',
  ],
  [
    'an empty action',
    statement('"Effect":"Allow","Action":"","Resource":"*"'),
    'service:Name',
    'Statement.Action',
  ],
  [
    'a nested list of resources',
    statement('"Effect":"Allow","Action":"*","Resource":[["*"]]'),
    'a string is expected, a list found',
    'Statement.Resource[0]',
  ],
  [
    'a short ARN',
    statement('"Effect":"Allow","Action":"*","Resource":"arn:aws:s3"'),
    'six parts',
    'Statement.Resource',
  ],
  [
    'a short ARN in NotResource',
    statement('"Effect":"Deny","Action":"*","NotResource":"arn:aws:s3:*"'),
    'six parts',
    'Statement.NotResource',
  ],
  [
    'a path for a resource',
    statement('"Effect":"Allow","Action":"*","Resource":"/bucket/*"'),
    'six parts',
    'Statement.Resource',
  ],
  [
    'an ARN without a service',
    statement('"Effect":"Allow","Action":"*","Resource":"arn:aws::::x"'),
    'names its partition and its service',
    'Statement.Resource',
  ],
  [
    'a Sid with a space',
    statement(`${rest},"Sid":"my rule"`),
    'letters and digits',
    'Statement.Sid',
  ],
  [
    'twins',
    `{"Statement":[{"Sid":"A",${rest}},{"Sid":"A",${rest}}]}`,
    'two statements have the Sid `A`',
    'Statement[1].Sid',
  ],
  [
    'a list for Condition',
    condition('[]'),
    'an object of condition operators',
    'Statement.Condition',
  ],
  [
    'a string for an operator',
    condition('{"Bool":"true"}'),
    'an object of condition keys',
    'Statement.Condition.Bool',
  ],
  [
    'an unknown operator',
    condition('{"StringEqual":{"aws:a":"b"}}'),
    'did you mean `StringEquals`?',
    'Statement.Condition.StringEqual',
  ],
  [
    'an object for a value',
    condition('{"StringEquals":{"aws:a":{"b":"c"}}}'),
    'a string is expected, an object found',
    'Statement.Condition.StringEquals.aws:a',
  ],
  [
    'null for a value',
    condition('{"StringEquals":{"aws:a":null}}'),
    'a string is expected, null found',
    'Statement.Condition.StringEquals.aws:a',
  ],
  [
    'no values',
    condition('{"StringEquals":{"aws:a":[]}}'),
    'at least one value',
    'Statement.Condition.StringEquals.aws:a',
  ],
  [
    'a key that begins with its colon',
    condition('{"StringEquals":{":SourceIp":"b"}}'),
    'a condition key',
    'Statement.Condition.StringEquals[":SourceIp"]',
  ],
  [
    'a huge number',
    condition(`{"NumericEquals":{"aws:a":1${'0'.repeat(5000)}}}`),
    'a number',
    'Statement.Condition.NumericEquals.aws:a',
  ],
  [
    'a number that is infinite',
    condition('{"NumericEquals":{"aws:a":1e9999}}'),
    'a number',
    'Statement.Condition.NumericEquals.aws:a',
  ],
  [
    'half a surrogate pair',
    statement(`${rest},"Sid":"\ud800"`),
    'half a surrogate pair',
    'Statement.Sid',
  ],
  [
    'half an escaped surrogate pair',
    statement(`${rest},"Sid":"\\udc00"`),
    'half a surrogate pair',
    'Statement.Sid',
  ],
  [
    'a raw control character',
    statement(`${rest},"Sid":"a\u0000b"`),
    'a control character',
    'Statement.Sid',
  ],
  ['an unknown escape', statement(`${rest},"Sid":"\\x41"`), 'no escape', 'Statement.Sid'],
  ['a broken Unicode escape', statement(`${rest},"Sid":"\\u00zz"`), 'no escape', 'Statement.Sid'],
  ['a string without an end', '{"Version":"2012', 'no closing quote', 'Version'],
  ['a byte order mark', `\ufeff${statement(rest)}`, 'where a value is expected', ''],
]

for (const [name, text, message, path] of refused) {
  test(`refuses ${name}`, () => {
    const problems = problemsOf(text)
    const found = problems.find((problem) => problem.message.includes(message))
    assert.ok(
      found,
      `no \`${message}\` in: ${problems.map((problem) => problem.message).join('; ')}`,
    )
    assert.equal(found.path, path)
  })
}

const principals: readonly (readonly [name: string, principal: string, message: string])[] = [
  ['a name', '"Anna"', '`*`, or an object'],
  ['a list', '["*"]', 'an object is expected'],
  ['an unknown kind', '{"Aws":"*"}', 'did you mean `AWS`?'],
  ['no kind', '{}', 'at least one principal'],
  ['no principal', '{"AWS":[]}', 'at least one value'],
  ['a short account', '{"AWS":"1234"}', 'an account id'],
  ['a group', '{"AWS":"arn:aws:iam::111122223333:group/staff"}', 'an account id'],
  ['a line break behind an account', '{"AWS":"111122223333\\n"}', 'an account id'],
  ['a service without a domain', '{"Service":"ec2"}', 'a service principal'],
  [
    'a canonical user of 63 digits',
    `{"CanonicalUser":"${'a'.repeat(63)}"}`,
    '64 hexadecimal digits',
  ],
]
for (const [name, principal, message] of principals) {
  test(`refuses ${name} as a principal`, () => {
    const problems = problemsOf(
      `{"Statement":{"Effect":"Allow","Principal":${principal},"Action":"sts:AssumeRole"}}`,
      'trust',
    )
    assert.ok(
      problems.some((problem) => problem.message.includes(message)),
      problems[0]?.message,
    )
  })
}

test('refuses a Resource in a trust policy', () => {
  const trust =
    '{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}}'
  assert.deepEqual(
    problemsOf(trust, 'trust').map(({ path, message }) => [path, message]),
    [['Statement.Resource', 'a trust policy has no Resource']],
  )
})

test('tells line and column of what is wrong, whatever ends a line', () => {
  const lines = [
    '{',
    '  "Version": "2012-10-17",',
    '  "Statement": [{',
    '    "Effect": "Allow",',
    '    "Action": "GetObject", "Resource": "*"',
    '  }]',
    '}',
  ]
  for (const end of ['\n', '\r\n', '\r']) {
    assert.deepEqual(
      problemsOf(lines.join(end)).map(({ line, column, path }) => ({ line, column, path })),
      [{ line: 5, column: 15, path: 'Statement[0].Action' }],
    )
  }
  const [syntax] = problemsOf('{\n  "Version": "2012-10-17"\n  "Statement": []\n}')
  assert.deepEqual([syntax?.line, syntax?.column], [3, 3])
})

test('reads escapes as JSON does', () => {
  for (const written of ['Get\\u004fbject', 'Get\\u004Fbject']) {
    assert.ok(
      parsePolicy(
        'identity',
        'test',
        statement(`"Effect":"Allow","Action":"s3:${written}","Resource":"*"`),
      ).ok,
    )
  }
  // The characters behind `\\n` look like a number of a character, and are none.
  assert.match(problemsOf(statement(`${rest},"Sid":"\\n0041"`))[0]!.message, /\uFFFD0041/)
})

test('a value is the text that its escapes stand for, and numbers keep all their digits', () => {
  const meets = (written: string, value: string, operator = 'StringEquals') => {
    const parsed = parsePolicy(
      'identity',
      'test',
      statement(`${rest},"Condition":{"${operator}":{"app:key":${written}}}`),
    )
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems[0]?.message)
    const principal = {
      kind: 'user' as const,
      account: '111122223333',
      arn: 'arn:aws:iam::111122223333:user/bob',
    }
    return (
      decide(
        {
          principal,
          action: 's3:GetObject',
          resource: '*',
          context: new Map([['app:key', [value]]]),
        },
        { identity: [parsed.policy] },
      ).effect === 'allow'
    )
  }
  for (const [letter, meant] of Object.entries({
    '"': '"',
    '\\': '\\',
    '/': '/',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    u00e9: 'é',
  })) {
    assert.ok(meets(`"a\\${letter}b"`, `a${meant}b`), letter)
    assert.ok(!meets(`"a\\${letter}b"`, 'ab'), letter)
  }
  assert.ok(meets('12.345', '12.345', 'NumericEquals'))
  assert.ok(meets('-0.5e2', '-50', 'NumericEquals'))
  assert.ok(!meets('12.345', '12.3', 'NumericEquals'))
})

test('white space stands between any two tokens', () => {
  const tokens = statement(
    `"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*","Condition":{}`,
  ).split(/(?<=[{}[\],])|(?=[{}[\],])|(?<=":)|(?=:")|(?<=":(?=\[))/)
  for (const space of [' ', '\n', '\r\n', '\t'])
    assert.ok(parsePolicy('identity', 'test', `${space}${tokens.join(space)}${space}`).ok)
})

test('tells every problem of a document at once', () => {
  const problems = problemsOf(
    '{"Version":"1","Statement":[{"Effect":"allow","Action":"x","Resource":"y"},{"Action":"*"}]}',
  )
  assert.deepEqual(
    problems.map(({ path }) => path),
    [
      'Version',
      'Statement[0].Effect',
      'Statement[0].Action',
      'Statement[0].Resource',
      'Statement[1]',
      'Statement[1]',
    ],
  )
})

test('stops collecting after fifty problems', () => {
  assert.equal(problemsOf(`{${'"a":1,'.repeat(1000)}"a":1}`).length, 50)
  assert.equal(problemsOf(`{"Statement":[${'7,'.repeat(1000)}7]}`).length, 50)
})

test('shows hostile input short and without control characters', () => {
  const [problem] = problemsOf(`{"\\u001b[31m${'x'.repeat(500)}":1,"Statement":[]}`)
  assert.match(problem!.message, /^unknown element `\uFFFD\[31mx{58}…`/)
})

/** The largest document of each kind, in characters. */
const sizes: Readonly<Record<PolicyKind, number>> = {
  identity: 10_240,
  boundary: 6144,
  session: 6144,
  trust: 4096,
  resource: 20_480,
  'service-control': 10_240,
  'resource-control': 5120,
}
for (const [kind, size] of Object.entries(sizes) as [PolicyKind, number][]) {
  test(`takes a ${kind} policy of ${size} characters and no more`, () => {
    const principal = ['trust', 'resource', 'resource-control'].includes(kind)
      ? '"Principal":"*",'
      : ''
    const resource = kind === 'trust' ? '' : '"Resource":"*",'
    const start =
      '{"Version":"2012-10-17","Statement":{"Effect":"Deny",' +
      `${principal}${resource}"Action":["s3:Get*"`
    const fill = (length: number) => {
      let text = start
      while (text.length + 20 < length) text += ',"s3:GetO"'
      return `${text},"s3:${'x'.repeat(length - text.length - 9)}"]}}`
    }
    assert.equal(fill(size).length, size)
    const largest = parsePolicy(kind, 'test', fill(size))
    assert.ok(largest.ok, largest.ok ? '' : largest.problems[0]?.message)
    const [tooLarge] = problemsOf(fill(size + 1), kind)
    assert.match(tooLarge!.message, new RegExp(`at most ${size} characters`))
    assert.deepEqual([tooLarge!.path, tooLarge!.line, tooLarge!.column], ['', 1, 1])
    const counted = kind.endsWith('-control')
    assert.equal(parsePolicy(kind, 'test', `${' '.repeat(10)}${fill(size)}`).ok, !counted)
  })
}

test('refuses ten megabytes without reading them', () => {
  const start = process.cpuUsage()
  assert.match(
    problemsOf(`{"Statement":"${'a'.repeat(10_000_000)}"}`)[0]!.message,
    /longer than 131072 characters/,
  )
  assert.match(problemsOf('['.repeat(10_000_000))[0]!.message, /longer than 131072 characters/)
  assert.ok(process.cpuUsage(start).user < 10_000_000)
})

test('refuses deep nesting of every kind without a deep stack', () => {
  for (const open of ['[', '{"a":', '[{"Statement":']) {
    assert.match(problemsOf(open.repeat(8000))[0]!.message, /nested deeper than 12 levels/)
  }
})

test('leaves the prototype of objects alone', () => {
  problemsOf(
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"Statement":[]}',
  )
  assert.equal(({} as Record<string, unknown>).polluted, undefined)
})

test('never throws, and refuses what JSON.parse refuses', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '\\',
    '"Statement"',
    '"Effect"',
    '"Allow"',
    '"*"',
    ' ',
    '\ud800',
    '\u0000',
    '-',
    '1e5',
    'true',
    'null',
  )
  const units = fc
    .array(fc.integer({ min: 0, max: 0xffff }))
    .map((list) => String.fromCharCode(...list))
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(pieces, { maxLength: 40 }).map((list) => list.join('')),
        fc.json(),
        units,
      ),
      (text) => {
        const parsed = parsePolicy('identity', 'fuzz', text)
        if (parsed.ok) JSON.parse(text)
        else
          for (const { line, column, message } of parsed.problems)
            assert.ok(line >= 1 && column >= 1 && message.isWellFormed())
      },
    ),
    { numRuns: runs(3000) },
  )
})
