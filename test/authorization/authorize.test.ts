import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  account,
  asked,
  keys,
  openScene,
  order,
  otherAccount,
  question,
  received,
  settings,
} from './scene.ts'

test('a service learns who sent a request, and what that caller may do', async () => {
  await using scene = await openScene()
  const session = await scene.assume({ SourceIdentity: 'ann@example.com' })
  const request = await received(session, scene.now())
  const { status, headers, body } = await scene.ask(
    asked(request, {
      Questions: [
        question(),
        question({ Id: 'q2', Resource: order('bob-1') }),
        question({
          Id: 'q3',
          Action: 'orders:CancelOrder',
          Context: { 'orders:Channel': ['phone'] },
        }),
      ],
    }),
  )
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(headers.get('cache-control'), 'no-store')
  const { Decision, Revision, Caller, Answers } = body
  assert.match(Revision, /^[0-9a-f]{12}\.\d+$/)
  assert.equal(Caller?.Arn, 'arn:aws:sts::111122223333:assumed-role/Clerk/ann')
  assert.equal(Caller?.Account, '111122223333')
  assert.equal(Caller?.SessionName, 'ann')
  assert.equal(Caller?.SourceIdentity, 'ann@example.com')
  assert.deepEqual(Caller?.Tags, { owner: 'ann' })
  assert.equal(Caller?.ExpiresAt, new Date(scene.now().getTime() + 3_600_000).toISOString())
  assert.ok(Caller?.SignedHeaders.includes('host'))
  assert.deepEqual(
    Answers.map(({ Id, Verdict, Status, Log: { Code } }) => [Id, Verdict, Status, Code]),
    [
      ['q1', 'allow', 200, 'Allowed'],
      ['q2', 'deny', 403, 'NotAllowed'],
      ['q3', 'deny', 403, 'ExplicitDeny'],
    ],
  )
  assert.equal(
    Answers[1]?.Say,
    'You may not perform orders:GetOrder on arn:aws:orders:us-east-1:111122223333:order/bob-1: ' +
      `nothing that you have allows it. Reference: ${Decision}`,
  )
  assert.deepEqual(Answers[2]?.Log.Because, ['role/Clerk/Office statement 1'])
  assert.ok(!Answers.some(({ Say }) => Say.includes('Office')), 'the caller sees policy names')
})

test("an organization's policies count for services, and end kept answers", async () => {
  await using scene = await openScene()
  const request = asked(await received(keys.ann, scene.now()))
  const before = (await scene.ask(request)).body
  assert.equal(before.Answers[0]?.Verdict, 'allow')
  await scene.house.reload(`${settings()}
organization:
  id: o-exampleorg1
  managementAccount: "${otherAccount}"
  root: { id: r-ab12, resourceControl: [NoOrders] }
  accounts: { "${account}": {}, "${otherAccount}": {} }
  resourceControlPolicies: { NoOrders: { Version: "2012-10-17", Statement: { Effect: Deny,
    Principal: "*", Action: "orders:GetOrder", Resource: "*" } } }
`)
  const { Answers, Revision } = (await scene.ask(request)).body
  assert.deepEqual(Answers[0]?.Log.Because, ['r-ab12/NoOrders statement 1'])
  assert.notEqual(Revision, before.Revision)
})

test('the reference finds the event, which has the caller and no credentials', async () => {
  await using scene = await openScene()
  const session = await scene.assume()
  const { body } = await scene.ask(asked(await received(session, scene.now())))
  const events = await scene.house.events((all) => all.some((e) => e.eventName === 'Authorize'))
  const event = events.find(({ requestID }) => requestID === body.Decision)
  assert.equal(event?.userIdentity.arn, 'arn:aws:iam::111122223333:user/orders-service')
  const { authorized } = event!.additionalEventData.gatehouse
  assert.equal(authorized?.service, 'orders')
  assert.equal(authorized?.caller, 'arn:aws:sts::111122223333:assumed-role/Clerk/ann')
  const [answer] = authorized!.answers as readonly Record<string, unknown>[]
  assert.equal(answer?.action, 'orders:GetOrder')
  assert.equal(answer?.resource, order('ann-1'))
  const text = JSON.stringify(events)
  assert.ok(!text.includes(session.sessionToken!))
  assert.ok(!text.includes('Signature='))
})

test('allowed questions are sampled, refused ones are not', async () => {
  await using scene = await openScene('    recordAllows: 0')
  await scene.ask(asked(await received(keys.ann, scene.now())))
  const bob = question({ Resource: order('bob-1') })
  const { body } = await scene.ask(
    asked(await received(keys.ann, scene.now()), { Questions: [bob] }),
  )
  const events = await scene.house.events((all) => all.some((e) => e.eventName === 'Authorize'))
  const ours = events.filter(({ eventName }) => eventName === 'Authorize')
  assert.deepEqual(
    ours.map(({ requestID }) => requestID),
    [body.Decision],
  )
  const metrics = await (await fetch(`${scene.house.operations}/metrics`)).text()
  assert.match(metrics, /gatehouse_events_total\{service="gatehouse",outcome="ok"\} 2/)
})

test('resource policies count, sent or named', async () => {
  await using scene = await openScene()
  const cancel = question({ Action: 'orders:CancelOrder' })
  const shared = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::444455556666:root' },
      Action: 'orders:GetOrder',
      Resource: '*',
    },
  })
  const ask = async (as: keyof typeof keys, Questions: ReturnType<typeof question>[]) =>
    (await scene.ask(asked(await received(keys[as], scene.now()), { Questions }))).body.Answers[0]
  assert.equal((await ask('ann', [cancel]))?.Verdict, 'allow')
  const named = await ask('ann', [{ ...cancel, ResourcePolicyName: 'archive' }])
  assert.deepEqual(named?.Log.Because, ['archive statement 1'])
  assert.equal((await ask('stranger', [question()]))?.Verdict, 'deny')
  assert.equal((await ask('stranger', [question({ ResourcePolicy: shared })]))?.Verdict, 'allow')
})

test('an answer may be kept while the session lasts, and not where the time decides', async () => {
  await using scene = await openScene()
  const session = await scene.assume({ DurationSeconds: 900 })
  const ask = async (more = {}) => {
    const { body } = await scene.ask(asked(await received(session, scene.now()), more))
    return body.Answers[0]?.MaxAgeSeconds
  }
  assert.equal(await ask(), 60)
  assert.equal(await ask({ Questions: [question({ Resource: order('bob-1') })] }), 1)
  const today = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Deny',
      Principal: '*',
      Action: '*',
      Resource: '*',
      Condition: { DateGreaterThan: { 'aws:CurrentTime': '2090-01-01T00:00:00Z' } },
    },
  })
  assert.equal(await ask({ Questions: [question({ ResourcePolicy: today })] }), 0)
  scene.house.clock.pass(880)
  assert.equal(await ask(), 20)
})

test('a change of a record ends the revision, and the feed says so at once', async () => {
  await using scene = await openScene()
  const follow = (Known?: string) =>
    scene.ask(
      { Version: '2026-11-29', Service: 'orders', Known },
      keys.orders,
      '/authorize/changes',
    )
  const known = (await follow()).body.Revision
  const { body } = await scene.ask(asked(await received(keys.ann, scene.now())))
  assert.equal(body.Revision, known)
  const waiting = follow(known)
  await scene.revoke()
  const next = (await waiting).body.Revision
  assert.notEqual(next, known)
  assert.equal((await follow('of long ago')).body.Revision, next)
})

test('the key that is given is of the day of the request, on either side of midnight', async () => {
  const rules = '    localVerification: true'
  await using scene = await openScene(rules, new Date('2026-11-30T23:55:00Z'))
  const session = await scene.assume()
  const dateAt = async (minutesOff: number) => {
    const signedAt = new Date(scene.now().getTime() + minutesOff * 60_000)
    const request = await received(session, signedAt)
    const { body } = await scene.ask({ ...asked(request), Want: ['key'] })
    return body.Key?.Date ?? body.Answers[0]?.Log.Code
  }
  assert.equal(await dateAt(0), '20261130')
  assert.equal(await dateAt(10), '20261201')
  assert.equal(await dateAt(16), 'SignatureDoesNotMatch')
  scene.house.clock.pass(600)
  assert.equal(await dateAt(0), '20261201')
  assert.equal(await dateAt(-10), '20261130')
})

test('a long-term key that calls a service was last used there', async () => {
  await using scene = await openScene()
  await scene.ask(asked(await received(keys.ann, scene.now())))
  const used = `AccessKeyId=${keys.ann.accessKeyId}`
  const xml = await scene.query('iam', `Action=GetAccessKeyLastUsed&Version=2010-05-08&${used}`)
  assert.match(xml, /<ServiceName>orders<\/ServiceName>/)
})
