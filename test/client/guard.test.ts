import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import express from 'express'
import { type Guarded, type ServiceOptions, serviceGuard } from '../../src/client/guard.ts'
import { type AuthorizationScene, keys, openScene, order } from '../authorization/scene.ts'
import { call, listenWith } from './orders-service.ts'

const kept = '    localVerification: true\n    maxAge: 60s'
const guardOf = ({ house }: AuthorizationScene, more: Partial<ServiceOptions> = {}) =>
  serviceGuard({ url: house.origin, service: 'orders', credentials: () => keys.orders, ...more })

/** A service in Express whose router is mounted, and whose handlers say who called. */
function ordersApp(guard: ReturnType<typeof guardOf>) {
  const router = express.Router()
  const say = (req: IncomingMessage, res: express.Response) => {
    const { caller, rawBody } = req as Guarded
    res.json({ caller: caller.Arn, body: rawBody.toString() })
  }
  const id = ({ params }: express.Request) => order(String(params.id))
  router.get(
    '/:id',
    guard.guard<express.Request>((req) => ({ action: 'orders:GetOrder', resource: id(req) })),
    say,
  )
  router.post(
    '/:id/cancel',
    guard.guard<express.Request>(
      (req) => ({
        action: 'orders:CancelOrder',
        resource: id(req),
        context: { 'orders:Channel': 'web', 'orders:Labels': ['a', 'b'] },
      }),
      1000,
    ),
    express.json(),
    say,
  )
  return express().use('/orders', router)
}

test('a guard in Express lets the owner in, and tells others why not', async () => {
  await using scene = await openScene('', new Date())
  const logged: object[] = []
  using guard = guardOf(scene, { log: (_line, detail) => void logged.push(detail) })
  await using app = await listenWith(ordersApp(guard))
  const session = await scene.assume()
  const arn = 'arn:aws:sts::111122223333:assumed-role/Clerk/ann'
  const own = await call(app.port, session)
  assert.deepEqual([own.status, JSON.parse(own.body)], [200, { caller: arn, body: '' }])
  const neighbours = await call(app.port, session, { path: '/orders/bob-1' })
  assert.equal(neighbours.status, 403)
  assert.match(neighbours.body, /You may not perform orders:GetOrder.*nothing that you have allows/)
  assert.ok(!neighbours.body.includes('identity'), 'the log is not for the caller')
  assert.equal((logged[0] as { Code?: string }).Code, 'NotAllowed')
  const body = '{"reason":"wrong size"}'
  const cancel = { method: 'POST', path: '/orders/ann-1/cancel', body }
  const cancelled = await call(app.port, session, cancel)
  assert.deepEqual([cancelled.status, JSON.parse(cancelled.body)], [200, { caller: arn, body }])
})

test('behind a proxy a guard asks about the client, not about the proxy', async () => {
  await using scene = await openScene('', new Date())
  const asked: { readonly From: object }[] = []
  const from = ({ headers }: IncomingMessage) => ({
    sourceIp: String(headers['x-real-ip']),
    secure: true,
  })
  using guard = guardOf(scene, {
    from,
    fetch: (url, init) => {
      asked.push(JSON.parse(String(init?.body)))
      return fetch(url, init)
    },
  })
  await using app = await listenWith(ordersApp(guard))
  const headers = { 'x-real-ip': '192.0.2.9' }
  assert.equal((await call(app.port, keys.ann, { headers })).status, 200)
  assert.deepEqual(asked[0]?.From, { SourceIp: '192.0.2.9', Secure: true })
})

test('a guard refuses what is unsigned, for another path, or too large', async () => {
  await using scene = await openScene('', new Date())
  using guard = guardOf(scene)
  await using app = await listenWith(ordersApp(guard))
  const status = async (...args: Parameters<typeof call>) => (await call(...args)).status
  assert.equal(await status(app.port, undefined), 401)
  assert.equal(await status(app.port, keys.ann, {}, '/orders/ann-2'), 401)
  assert.equal(await status(app.port, keys.ann, { path: '/orders/ann-1?a=1' }), 401)
  assert.equal(await status(app.port, keys.ann, { host: 'payroll.test' }), 401)
  assert.equal(await status(app.port, keys.ann, {}, '/orders/ann-1%2Fcancel'), 400)
  const large = { method: 'POST', path: '/orders/ann-1/cancel', body: 'x'.repeat(1001) }
  assert.equal(await status(app.port, keys.ann, large), 413)
})

test('without Gatehouse, or as a service that may not ask, nobody is let in', async () => {
  await using scene = await openScene('', new Date())
  const logged: string[] = []
  const log = (line: string) => void logged.push(line)
  using lost = guardOf(scene, { url: 'http://127.0.0.1:1', log })
  using wrong = guardOf(scene, { credentials: () => keys.payroll, log })
  using failing = guardOf(scene, { credentials: () => Promise.reject(new Error('none')), log })
  for (const guard of [lost, wrong, failing]) {
    await using app = await listenWith(ordersApp(guard))
    const { status, body } = await call(app.port, keys.ann)
    assert.equal(status, 503)
    assert.equal(
      body,
      '{"message":"Nobody can be authorized at this moment. Try again in a moment."}',
    )
  }
  assert.deepEqual(logged, ['not-answered', 'not-answered', 'not-answered'])
})

test('plain http reads the body, and the answer', async () => {
  await using scene = await openScene('', new Date())
  using guard = guardOf(scene)
  await using app = await listenWith(async (req, res) => {
    const meaning = { action: 'orders:ListOrders' }
    const { answer, caller } = await guard.authorized(req, meaning)
    res.writeHead(answer.Status).end(`${answer.Verdict} ${caller?.UserId}`)
  })
  const { status, body } = await call(app.port, keys.ann, { path: '/orders' })
  assert.equal(status, 200)
  assert.match(body, /^allow AIDA/)
})

/** Counts the questions that reach Gatehouse. */
function countingFetch() {
  const counted = { authorize: 0 }
  const counting: typeof fetch = (url, init) => {
    if (String(url).endsWith('/authorize')) counted.authorize++
    return fetch(url, init)
  }
  return { counted, fetch: counting }
}

async function until(what: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + 60_000
  while (!(await what())) assert.ok(performance.now() < limit, 'not in a minute')
}

test('kept answers are used for proved requests only, and end with a revocation', async () => {
  await using scene = await openScene(kept, new Date())
  const { counted, fetch: counting } = countingFetch()
  using guard = guardOf(scene, { keep: true, fetch: counting })
  await using app = await listenWith(ordersApp(guard))
  const session = await scene.assume()
  const status = async (...args: Parameters<typeof call>) => (await call(...args)).status
  const again = async () => {
    const before = counted.authorize
    assert.equal(await status(app.port, session), 200)
    return counted.authorize === before
  }
  await until(again)

  const before = counted.authorize
  assert.equal(await status(app.port, session), 200)
  assert.equal(counted.authorize, before)
  // What was kept opens nothing else: not another order, path, token or signature.
  assert.equal(await status(app.port, session, { path: '/orders/bob-1' }), 403)
  assert.equal(await status(app.port, session, {}, '/orders/ann-2'), 401)
  const forged = { ...session, secretAccessKey: 'f'.repeat(40) }
  assert.equal(await status(app.port, forged), 401)
  const other = await scene.assume({ Tags: [{ Key: 'owner', Value: 'bob' }] })
  const mixed = { ...other, accessKeyId: session.accessKeyId }
  assert.equal(await status(app.port, mixed), 401)
  assert.equal(await status(app.port, other), 403)

  await until(again)
  await scene.revoke()
  // Within a second on a machine that is not loaded; `npm run bench authorize` measures it.
  await until(async () => (await status(app.port, session)) === 401)
})

test('without localVerification a service gets no key, and keeps nothing', async () => {
  await using scene = await openScene('    maxAge: 60s', new Date())
  const { counted, fetch: counting } = countingFetch()
  using guard = guardOf(scene, { keep: true, fetch: counting })
  await using app = await listenWith(ordersApp(guard))
  const session = await scene.assume()
  for (const _again of [1, 2, 3]) assert.equal((await call(app.port, session)).status, 200)
  assert.equal(counted.authorize, 3)
})
