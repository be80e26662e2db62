import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cloudTrailLine } from '../../src/audit/cloudtrail.ts'
import { cutText, cutToBudget, eventBudget } from '../../src/audit/cut.ts'
import type { AuditEvent } from '../../src/audit/event.ts'

const jsonBytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value))
/** What `omitted: true` and the end of a cut text add. */
const slack = 40

test('the JSON of what was cut stays within its budget, whatever its texts are made of', () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 })
  const value = fc.oneof(
    fc.dictionary(text, fc.oneof(text, fc.array(text, { maxLength: 20 })), { maxKeys: 20 }),
    fc.array(fc.dictionary(text, text, { maxKeys: 5 }), { maxLength: 20 }),
  )
  fc.assert(
    fc.property(value, fc.integer({ min: 50, max: 4000 }), (whole, budget) => {
      const cut = cutToBudget(whole, budget)
      assert.ok(jsonBytes(cut) <= budget + slack, `${jsonBytes(cut)} > ${budget}`)
      if (jsonBytes(whole) * 6 + 64 <= budget) assert.deepEqual(cut, whole)
      if (cut !== whole && jsonBytes(whole) > budget)
        assert.equal((cut as { omitted?: boolean }).omitted, true)
    }),
  )
})

test('a text is cut between characters', () => {
  assert.equal(cutText('short', 1024), 'short')
  assert.match(cutText('😀'.repeat(500), 1024), /^(?:😀)+…$/u)
})

test('members keep their order, and the first that does not fit is cut', () => {
  const cut = cutToBudget({ a: 'x'.repeat(10), b: 'y'.repeat(200), c: 'z' }, 60)
  assert.deepEqual(Object.keys(cut as object), ['a', 'b', 'omitted'])
  assert.match((cut as { b: string }).b, /^y+…$/)
})

const event: AuditEvent = {
  eventID: 'e',
  eventTime: new Date('2026-01-02T03:04:05Z'),
  eventSource: 'sts.amazonaws.com',
  eventName: 'AssumeRoleWithWebIdentity',
  eventType: 'AwsApiCall',
  awsRegion: 'us-east-1',
  sourceIPAddress: '192.0.2.1',
  userAgent: 'x',
  requestID: 'r',
  userIdentity: { type: 'WebIdentityUser' },
  readOnly: false,
  chain: {},
}
const control = '\u0001'

test('an event that nobody proved keeps 8 KiB of its parameters', () => {
  const policyArns = Array.from({ length: 60 }, () => ({ arn: control.repeat(4096) }))
  const line = cloudTrailLine({ ...event, requestParameters: { policyArns }, unproved: true })
  assert.ok(line.length < 10_000, String(line.length))
  const { requestParameters } = JSON.parse(line)
  assert.equal(requestParameters.omitted, true)
})

test('an event that is proved keeps 100 KiB, and never more than 256 in all', () => {
  const big = { text: control.repeat(200_000) }
  const line = cloudTrailLine({
    ...event,
    requestParameters: big,
    responseElements: big,
    errorMessage: control.repeat(5000),
    userAgent: control.repeat(5000),
    chain: { detail: control.repeat(100_000) },
  })
  assert.ok(Buffer.byteLength(line) <= eventBudget.event, String(Buffer.byteLength(line)))
  const record = JSON.parse(line)
  assert.equal(record.requestParameters.omitted, true)
  assert.ok(jsonBytes(record.requestParameters) > 90_000)
})

test('no character of a line moves the terminal of whoever reads it', () => {
  const line = cloudTrailLine({ ...event, userAgent: 'a\u009b2J\u202eb\u2028c' })
  assert.doesNotMatch(line, /[\u0080-\u009f\u2028\u202e]/)
  assert.equal(JSON.parse(line).userAgent, 'a\u009b2J\u202eb\u2028c')
})
