import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Asked } from '../../src/authorization/asked.ts'
import type { ReceivedRequest } from '../../src/authorization/received-request.ts'
import {
  type AuthorizationScene,
  asked,
  type Credentials,
  keys,
  openScene,
  order,
  otherAccount,
  question,
  received,
  type Sent,
  sha256,
} from './scene.ts'

type Change = (request: ReceivedRequest) => Partial<ReceivedRequest>
interface Row {
  readonly title: string
  readonly sent?: Sent
  readonly change?: Change
  readonly code: string
}
const replaceHeader =
  (name: string, value: string): Change =>
  ({ Headers }) => ({ Headers: Headers.map((pair) => (pair[0] === name ? [name, value] : pair)) })
const addHeader =
  (name: string, value: string): Change =>
  ({ Headers }) => ({ Headers: [...Headers, [name, value]] })
const atPath = (path: string): Row => ({
  title: `a path that two readers read differently: ${path}`,
  sent: { path },
  code: 'UnclearRequest',
})

/** Requests that prove nobody, whoever signed them. */
const unproved: readonly Row[] = [
  { title: 'for another service', sent: { service: 'payroll' }, code: 'WrongService' },
  { title: 'for sts', sent: { service: 'sts' }, code: 'WrongService' },
  { title: 'for another host', sent: { host: 'payroll.test' }, code: 'WrongHost' },
  { title: 'for a region that is none', sent: { region: 'us-nowhere-1' }, code: 'WrongRegion' },
  {
    title: 'replayed to another path',
    change: () => ({ Path: '/orders/bob-1' }),
    code: 'SignatureDoesNotMatch',
  },
  {
    title: 'replayed with another method',
    change: () => ({ Method: 'DELETE' }),
    code: 'SignatureDoesNotMatch',
  },
  {
    title: 'with a parameter more',
    change: () => ({ Query: 'force=true' }),
    code: 'SignatureDoesNotMatch',
  },
  {
    title: 'whose parameter some readers take for two',
    sent: { query: { note: 'a;force=true' } },
    change: () => ({ Query: 'note=a;force=true' }),
    code: 'UnclearRequest',
  },
  {
    title: 'with another body',
    sent: { method: 'POST', body: '{"n":1}' },
    change: () => ({ PayloadHash: sha256('{"n":2}') }),
    code: 'UnprovedPayload',
  },
  {
    title: 'with another body, and its hash in the header',
    sent: { method: 'POST', body: '{"n":1}' },
    change: (request) => ({
      PayloadHash: sha256('{"n":2}'),
      ...replaceHeader('x-amz-content-sha256', sha256('{"n":2}'))(request),
    }),
    code: 'SignatureDoesNotMatch',
  },
  {
    title: 'of which the service did not hash the body',
    change: () => ({ PayloadHash: 'UNSIGNED-PAYLOAD' }),
    code: 'UnprovedPayload',
  },
  {
    title: 'whose signer left the payload out',
    sent: { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
    code: 'SignatureDoesNotMatch',
  },
  {
    title: 'with two Host headers',
    change: addHeader('Host', 'orders.test'),
    code: 'UnclearRequest',
  },
  {
    title: 'with two dates',
    change: addHeader('X-Amz-Date', '20260101T000000Z'),
    code: 'SignatureDoesNotMatch',
  },
  {
    title: 'with a signed header twice',
    sent: { headers: { 'x-order-channel': 'web' } },
    change: addHeader('X-Order-Channel', 'phone'),
    code: 'UnclearRequest',
  },
  {
    title: 'with a header that the service acts on, unsigned',
    change: addHeader('X-Order-Channel', 'phone'),
    code: 'UnsignedHeader',
  },
  {
    title: 'with a changed signed header',
    sent: { headers: { 'x-order-channel': 'web' } },
    change: replaceHeader('x-order-channel', 'phone'),
    code: 'SignatureDoesNotMatch',
  },
  {
    title: 'without credentials',
    change: () => ({ Headers: [['host', 'orders.test']] }),
    code: 'NotSigned',
  },
  {
    title: 'with another scheme of credentials',
    change: replaceHeader('authorization', 'Bearer x'),
    code: 'SignatureDoesNotMatch',
  },
  { title: 'presigned for longer than is taken', sent: { presignFor: 3600 }, code: 'NotPresigned' },
  ...['/a//b', '/a/./b', '/a/../b', '/a%2Fb', '/a%2fb', '/a%5Cb', '/a\\b', '/%2e%2e/b'].map(atPath),
  ...['/a%00b', '/a%252Fb', '/a%25b', '/a%C0%AFb', '/a%EF%BC%8Fb', '/a%zz', '/a%0Ab', '/a;v=1/b']
    .concat(['/e%CC%81', '//orders/ann-1', '/orders/ann-1/..'])
    .map(atPath),
]

const rules = '    signedHeaders: [x-order-channel]\n    regions: [us-east-1]'
const answerOf = async (scene: AuthorizationScene, request: ReceivedRequest) =>
  (await scene.ask(asked(request))).body

test('whatever was replayed or altered proves nobody', async () => {
  await using scene = await openScene(rules)
  const control = await answerOf(scene, await received(keys.ann, scene.now()))
  assert.equal(control.Answers[0]?.Verdict, 'allow')
  for (const { title, sent, change, code } of unproved) {
    const presigned = code === 'NotPresigned'
    const request = await received(keys.ann, scene.now(), sent)
    const body = await answerOf(scene, { ...request, ...change?.(request) })
    const [answer] = body.Answers ?? []
    assert.equal(answer?.Verdict, 'unproved', `${title}: ${JSON.stringify(body)}`)
    assert.equal(answer?.Log.Code, code, `${title}: ${answer?.Log.Detail}`)
    assert.equal(body.Caller, undefined, title)
    assert.equal(answer?.MaxAgeSeconds, 0, title)
    assert.equal(answer?.Status === 401 || answer?.Status === 400, true, `${title} ${presigned}`)
  }
})

test('a request proves nobody once it is old, and a presigned one after its time', async () => {
  await using scene = await openScene()
  const header = await received(keys.ann, scene.now())
  const presigned = await received(keys.ann, scene.now(), { presignFor: 120 })
  const long = await received(keys.ann, scene.now(), { presignFor: 3600 })
  const codes = async () => {
    const bodies = [header, presigned, long].map((one) => answerOf(scene, one))
    return (await Promise.all(bodies)).map(({ Answers: [first] }) => first?.Log.Code)
  }
  const wrong = 'SignatureDoesNotMatch'
  assert.deepEqual(await codes(), ['Allowed', 'Allowed', 'Allowed'])
  scene.house.clock.pass(121)
  assert.deepEqual(await codes(), ['Allowed', wrong, 'Allowed'])
  scene.house.clock.pass(180)
  assert.deepEqual(await codes(), ['Allowed', wrong, wrong])
  scene.house.clock.pass(600)
  assert.deepEqual(await codes(), [wrong, wrong, wrong])
  scene.house.clock.pass(-2000)
  assert.deepEqual(await codes(), [wrong, wrong, wrong])
})

test('where the settings leave the payload unsigned, what was signed of it is told', async () => {
  await using scene = await openScene('    payload: unsigned')
  const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
  const signed = await received(keys.ann, scene.now(), { method: 'POST', body: 'a' })
  const open = await received(keys.ann, scene.now(), { headers: unsigned })
  const unread = { PayloadHash: 'UNSIGNED-PAYLOAD' }
  const told = async (request: ReceivedRequest) =>
    (await answerOf(scene, request)).Caller?.PayloadHash
  assert.equal(await told({ ...signed, ...unread }), sha256('a'))
  assert.equal(await told({ ...open, ...unread }), 'UNSIGNED-PAYLOAD')
  assert.equal(await told({ ...open, PayloadHash: sha256('b') }), 'UNSIGNED-PAYLOAD')
  assert.equal(await told({ ...signed, PayloadHash: sha256('b') }), undefined)
})

interface Refusal {
  readonly title: string
  readonly change?: Partial<Asked>
  readonly as?: Credentials
  readonly status: 400 | 403
  readonly says: RegExp
}
const asking = (change: Parameters<typeof question>[0]) => ({ Questions: [question(change)] })
const context = (key: string, ...values: string[]) =>
  asking({ Action: 'orders:CancelOrder', Context: { [key]: values } })

/** Calls that a service may not make. */
const refusals: readonly Refusal[] = [
  {
    title: "another service's action",
    change: asking({ Action: 'payroll:Pay', Resource: '*' }),
    status: 403,
    says: /may ask for its own actions only/,
  },
  {
    title: "Gatehouse's own action",
    change: asking({ Action: 'iam:CreateUser', Resource: '*' }),
    status: 403,
    says: /may ask for its own actions only/,
  },
  {
    title: 'as another service, which its policy allows',
    change: { Service: 'payroll', ...asking({ Action: 'payroll:Pay', Resource: '*' }) },
    status: 403,
    says: /is not among the principals/,
  },
  {
    title: "as another service, with that one's user lacking in neither",
    as: keys.payroll,
    status: 403,
    says: /is not authorized to perform: gatehouse:Authorize/,
  },
  {
    title: 'as a service that is not there',
    change: { Service: 'nothing' },
    status: 403,
    says: /is not among the principals of a service nothing/,
  },
  {
    title: 'as a person with every permission in another account',
    as: keys.stranger,
    status: 403,
    says: /is not among the principals/,
  },
  ...['aws:PrincipalTag/owner', 'aws:principaltag/owner', 'aws:SourceIdentity', 'aws:userid']
    .concat(['aws:PrincipalArn', 'aws:SourceIp', 'aws:CurrentTime', 'aws:ResourceAccount'])
    .concat(['orders:Other', 'payroll:Channel', '__proto__', 'aws:ResourceTag/'])
    .map(
      (key): Refusal => ({
        title: `the key ${key}`,
        change: context(key, 'x'),
        status: 400,
        says: /is no key that the service sets/,
      }),
    ),
  {
    title: 'a key twice',
    change: asking({
      Action: 'orders:CancelOrder',
      Context: { 'orders:Channel': ['a'], 'orders:channel': ['b'] },
    }),
    status: 400,
    says: /stands there twice/,
  },
  {
    title: 'two values of a key that has one',
    change: context('orders:Channel', 'web', 'phone'),
    status: 400,
    says: /has one value/,
  },
  ...[order('1', otherAccount), 'arn:aws-cn:orders:us-east-1:111122223333:order/1']
    .concat([order('*'), order(''), 'arn:aws:payroll:us-east-1:111122223333:order/1', '*'])
    .concat(['arn:aws:orders:us-east-1:111122223333:invoice/1', 'order/1'])
    .map(
      (Resource): Refusal => ({
        title: `the resource ${Resource}`,
        change: asking({ Resource }),
        status: 400,
        says: /resource/,
      }),
    ),
  {
    title: 'a resource for an action without one',
    change: asking({ Action: 'orders:ListOrders' }),
    status: 400,
    says: /acts on no resource/,
  },
  {
    title: 'an action that is not declared',
    change: asking({ Action: 'orders:BurnOrder' }),
    status: 400,
    says: /is no action of orders/,
  },
  {
    title: 'a resource policy that does not parse',
    change: asking({ ResourcePolicy: '{"Statement":[]' }),
    status: 400,
    says: /no resource policy that can be read/,
  },
  {
    title: "another service's resource policy",
    change: asking({ ResourcePolicyName: 'archive2' }),
    status: 400,
    says: /no policy of that name/,
  },
  {
    title: 'no address',
    change: { From: { SourceIp: 'localhost', Secure: true } },
    status: 400,
    says: /no IP address/,
  },
  {
    title: 'an Id twice',
    change: { Questions: [question(), question()] },
    status: 400,
    says: /same Id/,
  },
  {
    title: 'too many questions',
    change: { Questions: Array.from({ length: 51 }, (_, at) => question({ Id: `q${at}` })) },
    status: 400,
    says: /length less than or equal to 50/,
  },
  { title: 'no questions', change: { Questions: [] }, status: 400, says: /greater than or equal/ },
  { title: 'another version', change: { Version: '2011-06-15' }, status: 400, says: /enum/ },
  {
    title: 'a member that is not in the model',
    change: { Caller: { Arn: 'arn:aws:iam::111122223333:root' } } as Partial<Asked>,
    status: 400,
    says: /unknown member/,
  },
]

test('a service asks for its own actions, with its own keys, and no more', async () => {
  await using scene = await openScene()
  const request = await received(keys.ann, scene.now())
  for (const { title, change, as, status, says } of refusals) {
    const reply = await scene.ask(asked(request, change), as)
    assert.equal(reply.status, status, `${title}: ${JSON.stringify(reply.body)}`)
    assert.match(reply.body.Error?.Message ?? '', says, title)
  }
})

test('another account opens nothing with policies of its own', async () => {
  await using scene = await openScene()
  const request = await received(keys.stranger, scene.now())
  const { body } = await scene.ask(
    asked(request, {
      Questions: [
        question({ Id: 'q1' }),
        question({ Id: 'q2', Action: 'orders:ListOrders', Resource: '*' }),
      ],
    }),
  )
  assert.deepEqual(
    body.Answers.map(({ Verdict }) => Verdict),
    ['deny', 'deny'],
  )
})

test('bodies that are not JSON of the model are refused without being quoted', async () => {
  await using scene = await openScene()
  const cases = ['', '{', 'null', '[]', '"x"', '{"Version":1}', '{"Service":{"secret":"s3cr3t"}}']
  for (const text of cases) {
    const { status, body } = await scene.ask(text)
    assert.equal(status, 400, text)
    assert.equal(body.Error?.Code, 'ValidationError')
    assert.ok(!JSON.stringify(body).includes('s3cr3t'))
  }
  const { status } = await scene.ask('x'.repeat(300_000))
  assert.equal(status, 413)
})

test('the operation is reached at its own address, and unsigned by nobody', async () => {
  await using scene = await openScene()
  const { origin } = scene.house
  const unsigned = await fetch(`${origin}/authorize`, { method: 'POST', body: '{}' })
  assert.equal(unsigned.status, 403)
  assert.match(await unsigned.text(), /^{"Error":{.*MissingAuthenticationToken/)
  const query = 'Action=Authorize&Version=2026-11-29&Service=orders'
  const { status, body } = await scene.ask(query, keys.orders, '/')
  assert.deepEqual([status, body], [400, 'InvalidAction'])
})

test('a session that was revoked, or whose key was, proves nobody', async () => {
  await using scene = await openScene()
  const session = await scene.assume()
  const before = await answerOf(scene, await received(session, scene.now()))
  assert.equal(before.Answers[0]?.Verdict, 'allow')
  await scene.revoke()
  const after = await answerOf(scene, await received(session, scene.now()))
  assert.equal(after.Answers[0]?.Log.Code, 'ExpiredToken')
  assert.notEqual(after.Revision, before.Revision)
  const foreign = { ...session, sessionToken: `${session.sessionToken}x` }
  const altered = await answerOf(scene, await received(foreign, scene.now()))
  assert.equal(altered.Answers[0]?.Log.Code, 'InvalidClientTokenId')
})

test('a request that must not be repeated proves its sender once', async () => {
  await using scene = await openScene()
  const codeOf = async (request: ReceivedRequest, change: Partial<Asked> = { Once: true }) => {
    const { Answers } = (await scene.ask(asked(request, change))).body
    return `${Answers[0]?.Log.Code} ${Answers[0]?.MaxAgeSeconds}`
  }
  const request = await received(keys.ann, scene.now(), { method: 'POST', body: 'pay' })
  assert.equal(await codeOf(request, {}), 'Allowed 60')
  const forged = { ...request, Path: '/orders/ann-2' }
  assert.equal(await codeOf(forged), 'SignatureDoesNotMatch 0')
  const both = await Promise.all([codeOf(request), codeOf(request)])
  assert.deepEqual(both.toSorted(), ['Allowed 0', 'Replayed 0'], 'at once')
  const more: ReceivedRequest = { ...request, Headers: [...request.Headers, ['x-more', '1']] }
  assert.equal(await codeOf(more), 'Replayed 0', 'with an unsigned header more')
  scene.house.clock.pass(14 * 60)
  assert.equal(await codeOf(request), 'Replayed 0', 'as long as it could be sent')
  scene.house.clock.pass(61)
  assert.equal(await codeOf(request), 'SignatureDoesNotMatch 0')
  const again = await received(keys.ann, scene.now(), { method: 'POST', body: 'pay' })
  assert.equal(await codeOf(again), 'Allowed 0', 'signed anew')
  const presigned = await received(keys.ann, scene.now(), { presignFor: 300 })
  assert.equal(await codeOf(presigned), 'Allowed 0')
  scene.house.clock.pass(290)
  assert.equal(await codeOf(presigned), 'Replayed 0')
})
