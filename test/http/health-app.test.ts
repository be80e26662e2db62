import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { Counter, Registry } from 'prom-client'
import { buildHealthApp } from '../../src/http/health-app.ts'
import { type Check, checkOutcomes } from '../../src/http/routes/health.ts'

async function ask(path: string, checks: readonly Check[]) {
  const registry = new Registry()
  new Counter({ name: 'gatehouse_test_total', help: 'for this test', registers: [registry] }).inc()
  const server = createServer(
    buildHealthApp({ outcomes: () => checkOutcomes(checks, 50), registry }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
    return { status: answer.status, text: await answer.text() }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const up = async () => {}
const down = async () => {
  throw new Error('connection refused')
}
const hangs = () => new Promise<void>(() => {})

test('a node is alive whatever its directories do', async () => {
  assert.deepEqual(await ask('/healthz', [{ name: 'store', required: true, probe: down }]), {
    status: 200,
    text: 'ok\n',
  })
})

test('readiness names what is down: a directory degrades, the store stops', async () => {
  const ready = await ask('/readyz', [
    { name: 'store', required: true, probe: up },
    { name: 'staff', required: false, probe: up },
  ])
  assert.deepEqual([ready.status, JSON.parse(ready.text).status], [200, 'ready'])
  const degraded = await ask('/readyz', [
    { name: 'store', required: true, probe: up },
    { name: 'staff', required: false, probe: down },
  ])
  assert.deepEqual(
    [degraded.status, JSON.parse(degraded.text)],
    [
      200,
      {
        status: 'degraded',
        checks: { store: { ok: true }, staff: { ok: false, reason: 'connection refused' } },
      },
    ],
  )
  const stopped = await ask('/readyz', [{ name: 'store', required: true, probe: hangs }])
  assert.deepEqual(
    [stopped.status, JSON.parse(stopped.text)],
    [
      503,
      { status: 'not-ready', checks: { store: { ok: false, reason: 'no answer within 50 ms' } } },
    ],
  )
})

test('metrics are in the text form of Prometheus', async () => {
  assert.match((await ask('/metrics', [])).text, /^gatehouse_test_total 1$/m)
})
