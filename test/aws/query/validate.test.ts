import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linkModel } from '../../../src/aws/model.ts'
import { validateInput } from '../../../src/aws/query/validate.ts'
import { AwsFault } from '../../../src/kernel/aws-fault.ts'
import { iamService } from '../../../src/reference/aws/iam.gen.ts'
import { stsService } from '../../../src/reference/aws/sts.gen.ts'

const { input } = linkModel(stsService, 'AssumeRole')
const right = { RoleArn: 'arn:aws:iam::111122223333:role/a', RoleSessionName: 'me' }

function messageOf(value: Record<string, unknown>, shape = input): string {
  try {
    validateInput(shape, value)
  } catch (error) {
    assert.ok(error instanceof AwsFault)
    assert.equal(error.code, 'ValidationError')
    return error.message
  }
  return ''
}

const one = '1 validation error detected: '
const failed = 'failed to satisfy constraint: Member must'

for (const [change, expected] of [
  [{}, ''],
  [{ RoleArn: undefined }, `${one}Value null at 'roleArn' ${failed} not be null`],
  [
    { RoleSessionName: 'x' },
    `${one}Value 'x' at 'roleSessionName' ${failed} have length greater than or equal to 2`,
  ],
  [
    { RoleSessionName: 'a b' },
    `${one}Value 'a b' at 'roleSessionName' ${failed} satisfy regular expression pattern: ` +
      '[\\w+=,.@-]*',
  ],
  [
    { RoleSessionName: 'ab\n' },
    `${one}Value 'ab\n' at 'roleSessionName' ${failed} satisfy regular expression pattern: ` +
      '[\\w+=,.@-]*',
  ],
  [
    { DurationSeconds: 60 },
    `${one}Value '60' at 'durationSeconds' ${failed} have value greater than or equal to 900`,
  ],
  [
    { DurationSeconds: 43201 },
    `${one}Value '43201' at 'durationSeconds' ${failed} have value less than or equal to 43200`,
  ],
  [
    {
      Tags: [
        { Key: 'a', Value: 'b' },
        { Key: '', Value: 'b' },
      ],
    },
    `2 validation errors detected: Value '' at 'tags.2.member.key' ${failed} have length ` +
      `greater than or equal to 1; Value '' at 'tags.2.member.key' ${failed} satisfy regular ` +
      'expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+',
  ],
  [{ Tags: [{ Key: 'a' }] }, `${one}Value null at 'tags.1.member.value' ${failed} not be null`],
  [{ Tags: [{ Key: 'Größe 尺', Value: '' }] }, ''],
  [
    { TransitiveTagKeys: Array(51).fill('a') },
    `${one}Value '[${Array(51).fill('a').join(', ')}]' at 'transitiveTagKeys' ${failed} have ` +
      'length less than or equal to 50',
  ],
  [
    { Policy: '{"a":"\u0100"}' },
    `${one}Value '{"a":"\u0100"}' at 'policy' ${failed} satisfy regular expression pattern: ` +
      '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
  ],
] as const) {
  test(`${JSON.stringify(change).slice(0, 70)}: ${expected.slice(0, 60) || 'passes'}`, () => {
    assert.equal(messageOf({ ...right, ...change }), expected)
  })
}

test('a value outside an enumeration is told with the set', () => {
  const shape = linkModel(iamService, 'UpdateAccessKey').input
  assert.match(
    messageOf({ AccessKeyId: 'A'.repeat(16), Status: 'On' }, shape),
    /^1 validation error detected: Value 'On' at 'status' .*enum value set: \[Active, Inactive/,
  )
})

test('sensitive values are not quoted', () => {
  const shape = linkModel(iamService, 'ChangePassword').input
  const message = messageOf({ OldPassword: '', NewPassword: 'hunter2\u0100' }, shape)
  assert.match(message, /Value at 'newPassword'/)
  assert.doesNotMatch(message, /hunter2/)
})

test('a long value and many findings do not make a long message', () => {
  const Tags = Array.from({ length: 1000 }, () => ({ Key: '!'.repeat(5000), Value: 'v' }))
  const message = messageOf({ ...right, Tags })
  assert.match(message, /^2001 validation errors detected/)
  assert.ok(message.length < 40_000)
})
