import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answered, Asked } from '../../src/authorization/asked.ts'
import { createKept } from '../../src/client/kept-answers.ts'
import { SigningSecret } from '../../src/credentials/sigv4.ts'
import { asked, order, question, received } from '../authorization/scene.ts'

const now = new Date('2026-11-30T09:00:00Z')
const session = {
  accessKeyId: 'ASIAANNANNANNANNANN2',
  secretAccessKey: 'a'.repeat(40),
  sessionToken: 'ghs1.token',
}
const scope = { date: '20261130', region: 'us-east-1', service: 'orders' }
const key = new SigningSecret(session.secretAccessKey).keyFor({
  ...scope,
  scope: '20261130/us-east-1/orders/aws4_request',
})
const request = await received(session, now)
const one = asked(request)

function answered(change: Partial<Answered> = {}, seconds = 60): Answered {
  return {
    Decision: 'd',
    Revision: 'r.1',
    Caller: {
      Arn: 'arn:aws:sts::111122223333:assumed-role/Clerk/ann',
      Account: '111122223333',
      UserId: 'AROA:ann',
      Tags: {},
      Region: 'us-east-1',
      SignedHeaders: [],
      PayloadHash: '',
    },
    Answers: [
      {
        Id: 'q1',
        Verdict: 'allow',
        Status: 200,
        Say: '',
        Log: { Code: 'Allowed' },
        MaxAgeSeconds: seconds,
      },
    ],
    Key: {
      AccessKeyId: session.accessKeyId,
      Date: '20261130',
      Region: 'us-east-1',
      SigningKey: key.export().toString('base64'),
      Hosts: ['orders.test'],
      SignedHeaders: [],
      Payload: 'hashed',
    },
    ...change,
  }
}

function keptAt(at: { now: Date }, first = answered()) {
  const kept = createKept(() => at.now)
  kept.keep(one, first)
  return kept
}

test('what was kept answers the same question of the same caller, while it is fresh', () => {
  const at = { now }
  const kept = keptAt(at)
  const found = kept.find(one, 'r.1')
  assert.equal(found?.Answers[0]?.Verdict, 'allow')
  assert.equal(found?.Caller?.PayloadHash, request.PayloadHash)
  at.now = new Date(now.getTime() + 60_000)
  assert.equal(kept.find(one, 'r.1'), undefined)
})

test('another revision, question, origin or request is never answered', async () => {
  const kept = keptAt({ now })
  const others: readonly Asked[] = [
    { ...one, Questions: [question({ Resource: order('bob-1') })] },
    { ...one, Questions: [question({ Action: 'orders:CancelOrder' })] },
    { ...one, Once: true },
    { ...one, Questions: [question({ Context: { 'orders:Channel': ['web'] } })] },
    { ...one, Questions: [question(), question({ Id: 'q2' })] },
    { ...one, From: { SourceIp: '192.0.2.10', Secure: true } },
    { ...one, Request: { ...request, Path: '/orders/ann-2' } },
    { ...one, Request: { ...request, PayloadHash: 'f'.repeat(64) } },
    asked(await received({ ...session, sessionToken: 'ghs1.other' }, now)),
    asked(await received({ ...session, secretAccessKey: 'b'.repeat(40) }, now)),
    asked(await received(session, now, { host: 'payroll.test' })),
    asked(await received(session, now, { region: 'eu-central-1' })),
    asked(await received(session, now, { presignFor: 60 })),
  ]
  for (const [index, other] of others.entries())
    assert.equal(kept.find(other, 'r.1'), undefined, `other ${index}`)
  assert.equal(kept.find(one, 'r.2'), undefined)
  assert.equal(kept.find(one, undefined), undefined)
  assert.ok(kept.find(one, 'r.1'))
})

test('answers of another revision are dropped, and are not found under a newer key', () => {
  const kept = keptAt({ now })
  kept.keep(one, answered({ Revision: 'r.2' }, 0))
  assert.equal(kept.find(one, 'r.2'), undefined, 'the answer is of r.1, the key of r.2')
  kept.keep(one, answered())
  kept.dropOthers('r.2')
  assert.equal(kept.find(one, 'r.1'), undefined)
})

test('around midnight each day has its own key, which serves while its requests live', async () => {
  const midnight = new Date('2026-12-01T00:00:00Z').getTime()
  const minutes = (count: number) => new Date(midnight + count * 60_000)
  const at = { now: minutes(-5) }
  const kept = createKept(() => at.now)
  const asking = async (signedAt: Date) => asked(await received(session, signedAt))
  const keyOf = (date: string) => {
    const scope = `${date}/us-east-1/orders/aws4_request`
    const part = { date, region: 'us-east-1', service: 'orders', scope }
    const made = new SigningSecret(session.secretAccessKey).keyFor(part)
    return answered(
      {
        Key: { ...answered().Key!, Date: date, SigningKey: made.export().toString('base64') },
      },
      3600,
    )
  }
  // A clock that is right, and one that is ten minutes ahead.
  const [right, ahead] = [await asking(minutes(-5)), await asking(minutes(5))]
  kept.keep(right, keyOf('20261130'))
  assert.equal(kept.find(ahead, 'r.1'), undefined, 'the key of a day serves for the next')
  kept.keep(ahead, keyOf('20261201'))
  for (const one of [right, ahead]) assert.ok(kept.find(one, 'r.1'))
  at.now = minutes(9)
  for (const one of [right, ahead, await asking(minutes(-1)), await asking(minutes(9))])
    assert.ok(kept.find(one, 'r.1'), 'a request of either day, fifteen minutes from now at most')
  at.now = minutes(16)
  assert.equal(kept.find(await asking(minutes(-1)), 'r.1'), undefined)
  assert.ok(kept.find(await asking(minutes(2)), 'r.1'))
})
