import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { linkModel } from '../../../src/aws/model.ts'
import { decodeInput } from '../../../src/aws/query/decode.ts'
import {
  formText,
  defaultParameterLimits as limits,
  readParameters,
} from '../../../src/aws/query/parameters.ts'
import { AwsFault } from '../../../src/kernel/aws-fault.ts'
import { iamService } from '../../../src/reference/aws/iam.gen.ts'
import { stsService } from '../../../src/reference/aws/sts.gen.ts'

const { input } = linkModel(stsService, 'AssumeRole')

function decode(form: string, shape = input): Record<string, unknown> {
  const parameters = new Map<string, string>()
  readParameters(form, parameters, limits)
  return decodeInput(shape, parameters, limits)
}

function code(expected: string) {
  return (error: unknown) => error instanceof AwsFault && error.code === expected
}

for (const [form, expected] of [
  ['RoleArn=a&RoleSessionName=b', { RoleArn: 'a', RoleSessionName: 'b' }],
  ['RoleArn=a%20b+c%2B', { RoleArn: 'a b c+' }],
  ['RoleArn=', { RoleArn: '' }],
  ['RoleArn', { RoleArn: '' }],
  ['DurationSeconds=900', { DurationSeconds: 900 }],
  [
    'PolicyArns.member.1.arn=x&PolicyArns.member.2.arn=y',
    { PolicyArns: [{ arn: 'x' }, { arn: 'y' }] },
  ],
  ['Tags.member.10.Key=b&Tags.member.2.Key=a', { Tags: [{ Key: 'a' }, { Key: 'b' }] }],
  ['Tags.member.1.Key=k&Tags.member.1.Value=', { Tags: [{ Key: 'k', Value: '' }] }],
  ['TransitiveTagKeys.member.1=a', { TransitiveTagKeys: ['a'] }],
  ['Tags=', { Tags: [] }],
  ['Unknown=1&Also.member.1=2&Tags.member.1.Nope=3', { Tags: [{}] }],
  ['__proto__=1&constructor.prototype.x=2&Tags.member.1.__proto__=3', { Tags: [{}] }],
] as const) {
  test(`decodes \`${form}\``, () => assert.deepEqual(decode(form), expected))
}

for (const [form, expected] of [
  ['RoleArn=a&RoleArn=b', 'MalformedQueryString'],
  ['RoleArn=a&%52oleArn=b', 'MalformedQueryString'],
  ['RoleArn=%', 'MalformedQueryString'],
  ['RoleArn=%ff', 'MalformedQueryString'],
  ['RoleArn=%ED%A0%80', 'MalformedQueryString'],
  ['DurationSeconds=1e3', 'ValidationError'],
  ['DurationSeconds=0x10', 'ValidationError'],
  ['DurationSeconds=', 'ValidationError'],
  ['DurationSeconds=99999999999', 'ValidationError'],
  ['Tags=x', 'MalformedQueryString'],
  ['Tags.1.Key=x', 'MalformedQueryString'],
  ['Tags.member.0.Key=x', 'MalformedQueryString'],
  ['Tags.member.x.Key=x', 'MalformedQueryString'],
  ['Tags.member.__proto__.Key=x', 'MalformedQueryString'],
  ['Tags.member.1=x', 'MalformedQueryString'],
  ['TransitiveTagKeys.member.1.a=x', 'MalformedQueryString'],
  [`Tags${'.a'.repeat(5000)}=x`, 'MalformedQueryString'],
] as const) {
  test(`refuses \`${form.slice(0, 60)}\` with ${expected}`, () =>
    assert.throws(() => decode(form), code(expected)))
}

test('a body that is not UTF-8 is refused', () => {
  assert.throws(() => formText(Buffer.from([0x41, 0x3d, 0xff])), code('MalformedQueryString'))
})

test('the number of parameters has a cap', () => {
  const form = Array.from({ length: limits.parameters + 1 }, (_, at) => `a${at}=`).join('&')
  assert.throws(() => decode(form), code('MalformedQueryString'))
})

test('a huge index allocates nothing of its size', () => {
  assert.deepEqual(decode('Tags.member.999999.Key=x'), { Tags: [{ Key: 'x' }] })
})

test('lists of structures with lists in them decode', () => {
  const shape = linkModel(iamService, 'SimulateCustomPolicy').input
  assert.deepEqual(
    decode(
      'ContextEntries.member.1.ContextKeyValues.member.1=v&' +
        'ContextEntries.member.1.ContextKeyName=k',
      shape,
    ),
    {
      ContextEntries: [{ ContextKeyName: 'k', ContextKeyValues: ['v'] }],
    },
  )
})

test('what was encoded as a form comes back as it was', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.array(
        fc.record(
          { Key: fc.string({ unit: 'grapheme' }), Value: fc.string() },
          { noNullPrototype: true },
        ),
        { minLength: 1, maxLength: 60 },
      ),
      (RoleArn, Tags) => {
        fc.pre(RoleArn.isWellFormed())
        const pairs = [
          ['RoleArn', RoleArn],
          ...Tags.flatMap(({ Key, Value }, at) => [
            [`Tags.member.${at + 1}.Key`, Key],
            [`Tags.member.${at + 1}.Value`, Value],
          ]),
        ]
        assert.deepEqual(decode(new URLSearchParams(pairs).toString()), { RoleArn, Tags })
      },
    ),
  )
})

test('no form whatever does anything but decode or fault, or reaches a prototype', () => {
  const word = fc.constantFrom(
    'Tags',
    'member',
    '1',
    '2',
    'Key',
    '__proto__',
    'constructor',
    'RoleArn',
    '',
    'PolicyArns',
    'arn',
    '%zz',
    '%41',
  )
  const name = fc.array(word, { maxLength: 6 }).map((words) => words.join('.'))
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 8 }), (pairs) => {
      try {
        const decoded = decode(pairs.map(([n, v]) => `${n}=${v}`).join('&'))
        assert.equal(Object.getPrototypeOf(decoded), Object.prototype)
      } catch (error) {
        assert.ok(error instanceof AwsFault, String(error))
      }
      assert.equal(({} as Record<string, unknown>).Key, undefined)
    }),
  )
})
