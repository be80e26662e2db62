import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { iamOperations } from '../../src/aws/iam/operations.ts'
import { operation } from '../../src/aws/operation.ts'
import { stsModel } from '../../src/aws/sts/sts-model.ts'
import { account, allow, bench, form, iamPorts, send, signed, unsigned, userCaller } from './wire-bench.ts'

const everyone = userCaller({ layers: { identity: [allow('*')] } })
const echo = operation(stsModel('AssumeRole'), {
  authorize: ({ RoleArn }) => ({ resource: RoleArn }),
  handle: (input) => ({ SourceIdentity: JSON.stringify(input) }),
})
const operations = [echo, ...iamOperations(iamPorts)]

test('whatever bytes come, the answer is a fault of theirs and one event is left', async () => {
  const pieces = fc.constantFrom(...['Action=ListUsers', 'Version=2010-05-08', '&', '=', '%', '%00', '+', 'Tags.member.1.', '__proto__', 'Marker=', '\ufeff'].map((s) => Buffer.from(s)))
  const bytes = fc.array(fc.oneof(pieces, fc.uint8Array({ maxLength: 8 }).map((b) => Buffer.from(b))), { maxLength: 12 }).map((b) => Buffer.concat(b))
  await fc.assert(fc.asyncProperty(bytes, fc.string(), async (body, query) => {
    const on = bench(operations)
    const answer = await on.dispatch(unsigned(body, { query }))
    assert.ok(answer.status >= 400 && answer.status < 500, answer.body)
    assert.equal(on.events.length, 1)
    assert.deepEqual(on.bugs, [])
  }))
})

test('whatever parameters a signed call has, it is answered or refused, never our mistake', async () => {
  const name = fc.oneof(fc.constantFrom('RoleArn', 'RoleSessionName', 'Tags.member.1.Key', 'Tags.member.1.Value', 'Tags', 'DurationSeconds', 'Policy', 'PolicyArns.member.1', '__proto__.x', 'constructor'), fc.string())
  await fc.assert(fc.asyncProperty(fc.dictionary(name, fc.string({ unit: 'binary' }), { noNullPrototype: true }), async (parameters) => {
    const on = bench(operations, everyone)
    const body = form('sts', 'AssumeRole', { RoleArn: `arn:aws:iam::${account}:role/a`, RoleSessionName: 'me', ...parameters })
    const answer = await on.dispatch(await signed('sts', body))
    assert.ok(answer.status < 500, answer.body)
    assert.deepEqual(on.bugs, [])
    assert.ok(answer.body.isWellFormed())
  }), { numRuns: 60 })
})

test('markup and control characters in a value stay text in the answer and in the fault', async () => {
  const hostile = '</Message><Code>x</Code>\u0000\u001b"\'&'
  const on = bench(operations, everyone)
  const answered = await send(on, 'sts', 'AssumeRole', { RoleArn: `arn:aws:iam::${account}:role/a`, RoleSessionName: 'me', ExternalId: 'a'.repeat(3), ContextAssertion: hostile })
  assert.equal(answered.status, 200)
  const refused = await send(on, 'sts', 'AssumeRole', { RoleArn: `arn:aws:iam::${account}:role/a`, RoleSessionName: hostile })
  assert.equal(refused.status, 400)
  assert.equal(refused.body.match(/<Code>/g)?.length, 1)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no place for them.
  assert.doesNotMatch(refused.body, /[\x00-\x08\x0b\x0c\x0e-\x1f]/)
})

test('a code that neither the model nor the common table has does not compile', () => {
  operation(stsModel('GetCallerIdentity'), {
    authorize: () => 'caller-only',
    handle(_input, { fault }) {
      // @ts-expect-error NoSuchEntity is IAM's, GetCallerIdentity does not declare it.
      throw fault('NoSuchEntity', 'no')
    },
  })
})
