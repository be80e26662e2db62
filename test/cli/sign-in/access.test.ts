import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { withAccess } from '../../../src/cli/sign-in/access.ts'
import { KeptSignIns } from '../../../src/cli/sign-in/kept-sign-ins.ts'

const launcher = resolve(import.meta.dirname, '../../../bin/gatehouse.js')

/** A provider whose answer to a refresh the test holds back. */
async function openHeld() {
  const state = await mkdtemp(join(tmpdir(), 'gatehouse-access-'))
  const shown: string[] = []
  const refreshes = new EventEmitter()
  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, origin).pathname
    response.setHeader('content-type', 'application/json')
    if (path === '/.well-known/openid-configuration')
      return response.end(JSON.stringify({ issuer: origin, token_endpoint: `${origin}/token` }))
    if (path !== '/token') {
      const isGood = request.headers.authorization === 'Bearer access-2'
      const about = { username: 'amina', signInEndsAt: '2030-01-01T00:00:00Z', region: 'local' }
      return response.writeHead(isGood ? 200 : 401).end(JSON.stringify({ ...about, roles: [] }))
    }
    shown.push(new URLSearchParams(await text(request)).get('refresh_token') ?? '')
    refreshes.emit('asked', response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const env = { ...process.env, XDG_STATE_HOME: state, DBUS_SESSION_BUS_ADDRESS: '' }
  const signIns = new KeptSignIns(env)
  await signIns.begin(
    { endpoint: origin, username: 'amina', endsAt: '2030-01-01T00:00:00Z' },
    { refreshToken: 'refresh-1', accessToken: 'access-1', accessEndsAt: 0 },
  )
  return {
    origin,
    env,
    signIns,
    shown,
    /** The next refresh, whose answer the test gives. */
    asked: async (): Promise<ServerResponse> => (await once(refreshes, 'asked'))[0],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await rm(state, { recursive: true })
    },
  }
}

const answer = JSON.stringify({
  access_token: 'access-2',
  token_type: 'bearer',
  refresh_token: 'refresh-2',
  expires_in: 600,
})

function roles({ origin, env }: { readonly origin: string; readonly env: NodeJS.ProcessEnv }) {
  const args = [launcher, 'roles', '--endpoint', origin]
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' })
  return { child, ended: once(child, 'exit') }
}

test('a signal in the middle of a refresh waits until the new token is kept', async () => {
  await using at = await openHeld()
  const asked = at.asked()
  const { child, ended } = roles(at)
  const response = await asked
  child.kill('SIGTERM')
  response.end(answer)
  assert.deepEqual(await ended, [null, 'SIGTERM'])
  assert.equal((await at.signIns.tokens(at.origin)).refreshToken, 'refresh-2')
  assert.equal(await withAccess(at.signIns, at.origin, async (token) => token), 'access-2')
})

test('a refresh whose answer is lost on the way is asked for once more', async () => {
  await using at = await openHeld()
  const lost = at.asked()
  const got = withAccess(at.signIns, at.origin, async (token) => token)
  const again = lost.then((response) => {
    const next = at.asked()
    response.socket?.destroy()
    return next
  })
  ;(await again).end(answer)
  assert.equal(await got, 'access-2')
  assert.deepEqual(at.shown, ['refresh-1', 'refresh-1'])
})

test('a process that is killed in the middle holds nobody up', async () => {
  await using at = await openHeld()
  const asked = at.asked()
  const killed = roles(at)
  await asked
  killed.child.kill('SIGKILL')
  await killed.ended
  const again = at.asked()
  const next = roles(at)
  const response = await again
  assert.deepEqual(at.shown, ['refresh-1', 'refresh-1'], 'the lock was taken over')
  response.end(answer)
  assert.deepEqual(await next.ended, [0, null])
  assert.equal((await at.signIns.tokens(at.origin)).refreshToken, 'refresh-2')
})
