import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cloudTrailLine } from '../../src/audit/cloudtrail.ts'
import { iamOperations } from '../../src/aws/iam/operations.ts'
import { operation, unsignedOperation } from '../../src/aws/operation.ts'
import { stsModel } from '../../src/aws/sts/sts-model.ts'
import {
  account,
  allow,
  form,
  iamPorts,
  send,
  signed,
  unsigned,
  userCaller,
  wireScene,
} from './wire-scene.ts'

const everyone = userCaller({ layers: { identity: [allow('*')] } })
const echo = operation(stsModel('AssumeRole'), {
  authorize: ({ RoleArn }) => ({ resource: RoleArn }),
  handle: (input) => ({ SourceIdentity: JSON.stringify(input) }),
})
const operations = [echo, ...iamOperations(iamPorts)]

test('whatever bytes come, the answer is a fault of theirs and one event is left', async () => {
  const pieces = fc.constantFrom(
    ...[
      'Action=ListUsers',
      'Version=2010-05-08',
      '&',
      '=',
      '%',
      '%00',
      '+',
      'Tags.member.1.',
      '__proto__',
      'Marker=',
      '\ufeff',
    ].map((s) => Buffer.from(s)),
  )
  const bytes = fc
    .array(
      fc.oneof(
        pieces,
        fc.uint8Array({ maxLength: 8 }).map((b) => Buffer.from(b)),
      ),
      { maxLength: 12 },
    )
    .map((b) => Buffer.concat(b))
  await fc.assert(
    fc.asyncProperty(bytes, fc.string(), async (body, query) => {
      const on = wireScene(operations)
      const answer = await on.dispatch(unsigned(body, { query }))
      assert.ok(answer.status >= 400 && answer.status < 500, answer.body)
      assert.equal(on.events.length, 1)
      assert.deepEqual(on.bugs, [])
    }),
  )
})

test('whatever parameters a call has, it is answered or refused, never our mistake', async () => {
  const name = fc.oneof(
    fc.constantFrom(
      'RoleArn',
      'RoleSessionName',
      'Tags.member.1.Key',
      'Tags.member.1.Value',
      'Tags',
      'DurationSeconds',
      'Policy',
      'PolicyArns.member.1',
      '__proto__.x',
      'constructor',
    ),
    fc.string(),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(name, fc.string({ unit: 'binary' }), { noNullPrototype: true }),
      async (parameters) => {
        const on = wireScene(operations, everyone)
        const body = form('sts', 'AssumeRole', {
          RoleArn: `arn:aws:iam::${account}:role/a`,
          RoleSessionName: 'me',
          ...parameters,
        })
        const answer = await on.dispatch(await signed('sts', body))
        assert.ok(answer.status < 500, answer.body)
        assert.deepEqual(on.bugs, [])
        assert.ok(answer.body.isWellFormed())
      },
    ),
    { numRuns: 60 },
  )
})

test('markup and control characters in a value stay text in answers and faults', async () => {
  const hostile = '</Message><Code>x</Code>\u0000\u001b"\'&'
  const on = wireScene(operations, everyone)
  const answered = await send(on, 'sts', 'AssumeRole', {
    RoleArn: `arn:aws:iam::${account}:role/a`,
    RoleSessionName: 'me',
    ExternalId: 'a'.repeat(3),
    ContextAssertion: hostile,
  })
  assert.equal(answered.status, 200)
  const refused = await send(on, 'sts', 'AssumeRole', {
    RoleArn: `arn:aws:iam::${account}:role/a`,
    RoleSessionName: hostile,
  })
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

test('a call that nobody proved leaves a small event, however much it brings', async () => {
  const unsignedEcho = unsignedOperation(stsModel('AssumeRoleWithWebIdentity'), () => {
    throw new Error('never reached: its members are not valid')
  })
  const on = wireScene([unsignedEcho])
  const arn = '\u0001'.repeat(4096)
  const arns = Array.from({ length: 60 }, (_, at) => `&PolicyArns.member.${at + 1}.arn=${arn}`)
  const body =
    'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=phone' +
    `&RoleArn=arn:aws:iam::${account}:role/app&WebIdentityToken=eyJh${arns.join('')}`
  assert.equal((await on.dispatch(unsigned(Buffer.from(body)))).status, 400)
  const [event] = on.events
  assert.equal(event?.unproved, true)
  assert.ok(cloudTrailLine(event!).length < 16 * 1024)
})
