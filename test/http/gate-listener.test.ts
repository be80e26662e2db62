import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { OpenGate } from '../../src/apps/gate/open-gate.ts'
import type { Answering } from '../../src/apps/gate/verify.ts'
import { gateListener } from '../../src/http/gate-listener.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { StoreFault } from '../../src/store/store-fault.ts'

/** A listener before a page that says 404, with a gate that answers so. */
async function listening(verify: () => Answering, sites = true) {
  const logged: string[] = []
  const gate = { any: () => sites, verify } as unknown as OpenGate
  const server = createServer(
    gateListener({ gate, ids: new Ids(), log: (event) => void logged.push(event) }, (_req, res) =>
      res.writeHead(404).end('a page'),
    ),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    logged,
    get: (path: string) => fetch(origin + path),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('an answer has its headers, one line of text, and may not be stored', async () => {
  const answer = {
    status: 401,
    outcome: 'sign-in',
    headers: ['Cache-Control', 'no-store', 'Location', 'https://wiki.corp.test/'],
  } as const
  for (const verify of [() => answer, async () => answer]) {
    await using at = await listening(verify)
    const got = await at.get('/gate/verify')
    assert.equal(got.status, 401)
    assert.equal(got.headers.get('location'), 'https://wiki.corp.test/')
    assert.equal(got.headers.get('cache-control'), 'no-store')
    assert.equal(await got.text(), 'Sign in first.\n')
  }
})

test('while the store is away nobody is let through, nor by a bug, which is logged', async () => {
  for (const [error, status, logged] of [
    [new StoreFault('failing', 'the store is away'), 503, []],
    [new Error('a bug'), 500, ['page-failed']],
  ] as const) {
    const throws = () => {
      throw error
    }
    for (const verify of [throws, async () => throws()]) {
      await using at = await listening(verify)
      const got = await at.get('/gate/verify')
      assert.deepEqual([got.status, at.logged], [status, logged])
    }
  }
})

test('everything else, and all of it while there are no sites, goes on to the pages', async () => {
  const never = () => assert.fail('the gate was asked')
  await using at = await listening(never)
  for (const path of ['/', '/gate', '/gate/verifyx', '/gate/enter/x'])
    assert.equal((await at.get(path)).status, 404, path)
  await using without = await listening(never, false)
  assert.equal((await without.get('/gate/verify')).status, 404)
})
