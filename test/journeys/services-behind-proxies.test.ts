import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { keys, openScene, received } from '../authorization/scene.ts'
import { call, listenWith } from '../client/orders-service.ts'
import { freePort, startPeer, untilReady } from '../peers/child.ts'
import { findProgram, requirePeer } from '../peers/require.ts'

const examples = resolve(import.meta.dirname, '../../docs/examples/services')
const example = join(examples, 'nginx.conf')
const rules = `    payload: unsigned
    routes:
      - { method: GET, path: "/orders/{OrderId}", action: GetOrder, resource: order }
      - { method: POST, path: "/orders/{OrderId}", action: CancelOrder, resource: order }
      - { method: GET, path: /orders, action: ListOrders }`

/** nginx as in its example, of which addresses and files alone are replaced. */
async function startNginx(folder: string, gatehouse: number, service: number) {
  const port = await freePort()
  const server = (await readFile(example, 'utf8'))
    .replace('listen 443 ssl', `listen 127.0.0.1:${port}`)
    .replace(/^ *ssl_.*\n/gm, '')
    .replace('127.0.0.1:8080', `127.0.0.1:${gatehouse}`)
    .replace('127.0.0.1:3000', `127.0.0.1:${service}`)
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/nginx-${name};`)
    .join(' ')
  await mkdir(folder, { recursive: true })
  const config = join(folder, 'nginx.conf')
  await writeFile(
    config,
    `daemon off; pid ${folder}/nginx.pid; error_log stderr; user root;\n` +
      `events {} http { access_log off; ${paths}\n${server}\n}`,
  )
  const proxy = startPeer(findProgram('nginx')!, ['-p', folder, '-c', config])
  await untilReady(proxy, async () => {
    const told = await call(port, undefined, { host: 'elsewhere.test' }).catch(() => undefined)
    return told !== undefined
  })
  return { ...proxy, port }
}

test('nginx lets past whom Gatehouse lets in, and tells the service who it is', async (t) => {
  if (!requirePeer(t, 'proxies')) return
  await using scene = await openScene(rules, new Date())
  await using service = await listenWith((req, res) => {
    const { 'x-gatehouse-arn': arn, 'x-gatehouse-user-id': id } = req.headers
    res.end(`${req.method} ${req.url} by ${arn} ${id}`)
  })
  const gatehouse = Number(new URL(scene.house.origin).port)
  const folder = join(scene.house.folder, 'proxy')
  await using nginx = await startNginx(folder, gatehouse, service.port)
  const session = await scene.assume()
  const arn = 'arn:aws:sts::111122223333:assumed-role/Clerk/ann'
  const forged = { 'x-gatehouse-arn': 'arn:aws:iam::111122223333:root', 'x-gatehouse-user-id': 'x' }

  const own = await call(nginx.port, session, { headers: forged })
  assert.deepEqual(own, { status: 200, body: `GET /orders/ann-1 by ${arn} undefined` })
  const sent = { method: 'POST', body: 'a', headers: { 'content-length': '1' } }
  const post = await call(nginx.port, session, sent)
  assert.deepEqual(post, { status: 200, body: `POST /orders/ann-1 by ${arn} undefined` })

  const status = async (...args: Parameters<typeof call>) => (await call(...args)).status
  assert.equal(await status(nginx.port, session, { path: '/orders/bob-1' }), 403)
  assert.equal(await status(nginx.port, undefined), 401)
  assert.equal(await status(nginx.port, session, {}, '/orders/ann-2'), 401)
  assert.equal(await status(nginx.port, session, { host: 'payroll.test' }), 401)
  assert.equal(await status(nginx.port, session, {}, '/orders/../orders/ann-1'), 403)
  assert.equal(await status(nginx.port, session, { path: '/invoices/1' }), 403)
  assert.equal(await status(nginx.port, session, { path: '/.gatehouse' }), 404)
  // nginx replaces what the client says of the target; here it was signed too.
  const other = { 'x-original-uri': '/orders/ann-1', 'x-original-method': 'GET' }
  assert.equal(await status(nginx.port, session, { path: '/orders/bob-1', headers: other }), 401)
})

interface ExtAuthz {
  readonly failure_mode_allow: boolean
  readonly http_service: { readonly path_prefix: string }
  readonly allowed_headers: {
    readonly patterns: readonly { readonly prefix?: string; readonly exact?: string }[]
  }
}
/** Envoy's documentation, "External authorization": sent whatever `allowed_headers` says. */
const alwaysSent = ['host', 'authorization']

test('what Envoy sends by its example is enough to prove who signed', async () => {
  const { http_filters } = parse(await readFile(join(examples, 'envoy.yaml'), 'utf8'))
  const filter: ExtAuthz = http_filters[0].typed_config
  assert.equal(filter.failure_mode_allow, false)
  await using scene = await openScene(rules, new Date())
  const session = await scene.assume()
  const sent = async (path: string) => {
    const { Headers } = await received(session, new Date(), { path })
    const { patterns } = filter.allowed_headers
    const passes = (name: string) =>
      alwaysSent.includes(name) ||
      patterns.some(({ prefix, exact }) => exact === name || (prefix && name.startsWith(prefix)))
    const headers = Object.fromEntries(Headers.filter(([name]) => passes(name.toLowerCase())))
    const raw = `${filter.http_service.path_prefix}${path}`
    const port = Number(new URL(scene.house.origin).port)
    return (await call(port, undefined, { host: 'orders.test', headers }, raw)).status
  }
  assert.equal(await sent('/orders/ann-1'), 200)
  assert.equal(await sent('/orders/bob-1'), 403)
})

test('the form that Envoy asks in has the target behind the path', async () => {
  await using scene = await openScene(rules, new Date())
  const port = Number(new URL(scene.house.origin).port)
  const session = await scene.assume()
  const status = async (path: string, raw: string) =>
    (await call(port, session, { path }, `/authorize/check/${raw}`)).status
  assert.equal(await status('/orders/ann-1', 'orders/orders/ann-1'), 200)
  assert.equal(await status('/orders', 'orders/orders'), 403)
  assert.equal(await status('/orders/bob-1', 'orders/orders/bob-1'), 403)
  assert.equal(await status('/orders/ann-1', 'orders/orders/ann-2'), 401)
  // No service without routes can be asked about, nor one that is not there.
  assert.equal(await status('/orders/ann-1', 'payroll/orders/ann-1'), 403)
  assert.equal(await status('/orders/ann-1', 'nothing/orders/ann-1'), 403)
  assert.equal(await status('/orders/ann-1', ''), 403)
  // The query's headers count in the other form only.
  const headers = { 'x-original-uri': '/orders/ann-1', 'x-original-method': 'GET' }
  const path = '/orders/ann-1'
  const mixed = await call(port, session, { path, headers }, '/authorize/check/orders/orders/bob-1')
  assert.equal(mixed.status, 401)
  const own = await call(port, keys.ann, { path: '/orders' }, '/authorize/check/orders/orders')
  assert.equal(own.status, 200)
})
