import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { originOfRequest } from '../../src/http/forwarded.ts'
import { listening } from '../../src/http/listening.ts'

const anywhere = { host: '127.0.0.1', port: 0 }
const call = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'
const portOf = (address: string) => Number(new URL(address).port)

test('a caller who resets the connection during a request still has an address', async () => {
  const { promise: came, resolve: come } = Promise.withResolvers<void>()
  const { promise: seen, resolve: see } = Promise.withResolvers<string>()
  await using server = await listening((req: IncomingMessage) => {
    req.on('error', () => undefined)
    req.socket.once('close', () => see(originOfRequest(req, () => false).sourceAddress))
    come()
  }, anywhere)
  const socket = connect(portOf(server.address), '127.0.0.1')
  socket.write(call)
  await came
  socket.resetAndDestroy()
  assert.equal(await seen, '127.0.0.1')
})

test('stopping answers requests under way, and does not wait for idle connections', {
  timeout: 60_000,
}, async (t) => {
  const held: ServerResponse[] = []
  const { promise: full, resolve: fill } = Promise.withResolvers<void>()
  const server = await listening((_req, res) => {
    if (held.push(res) === 8) fill()
  }, anywhere)
  const sockets = Array.from({ length: 8 }, () => connect(portOf(server.address), '127.0.0.1'))
  const answers = sockets.map(async (socket) => {
    socket.write(call)
    return String((await once(socket, 'data'))[0])
  })
  await full
  // The timer that would close them by force stands still.
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const ended = server[Symbol.asyncDispose]()
  for (const res of held) res.end('done')
  for (const answer of await Promise.all(answers)) assert.match(answer, /done/)
  await ended
})

test('two Host headers are refused, because proxy and signature may differ', async () => {
  await using server = await listening((_req, res) => void res.end('served'), anywhere)
  const socket = connect(portOf(server.address), '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: a.example\r\nhOST: b.example\r\n\r\n')
  assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 400 /)
})

test('draining answers what comes on open connections, and ends each with its answer', async () => {
  const held: ServerResponse[] = []
  const { promise: came, resolve: come } = Promise.withResolvers<void>()
  const server = await listening((req, res) => {
    if (req.url !== '/held') return void res.end('served')
    held.push(res)
    come()
  }, anywhere)
  const [busy, idle, silent] = await Promise.all([open(server), open(server), open(server)])
  const answered = ask(busy, '/held')
  assert.doesNotMatch(await ask(idle, '/before'), /connection: close/i)
  await came
  const hurry = new AbortController()
  const drained = server.drain({ idleMs: 600_000, timeoutMs: 600_000, hurry: hurry.signal })
  // A turn of the loop later nobody can connect any more.
  await refused(server)
  assert.match(await ask(idle, '/after'), /^HTTP\/1.1 200 [\s\S]*connection: close/i)
  assert.equal(busy.destroyed || silent.destroyed, false)
  held[0]!.end('done')
  assert.match(await answered, /connection: close[\s\S]*done$/i)
  hurry.abort()
  await drained
  await Promise.all([busy, idle, silent].map(ended))
})

test('what is sent behind the last request of a draining connection is not processed', async () => {
  const held: ServerResponse[] = []
  const urls: string[] = []
  await using server = await listening((req, res) => {
    urls.push(req.url!)
    held.push(res)
  }, anywhere)
  const socket = await open(server)
  const request = (url: string) => call.replace('/ ', `${url} `)
  socket.write(request('/1') + request('/2'))
  while (held.length < 2) await new Promise((resolve) => setImmediate(resolve))
  const drained = server.drain({ idleMs: 600_000, timeoutMs: 600_000 })
  socket.write(request('/3'))
  await refused(server)
  const all = text(socket)
  for (const res of held) res.end('done')
  const answers = (await all).split('HTTP/1.1 200 OK').slice(1)
  await drained
  assert.deepEqual(
    answers.map((one) => /connection: close/i.test(one)),
    [false, true],
  )
  assert.deepEqual(urls, ['/1', '/2'])
})

test('a request that does not end is cut off when its time is over', {
  timeout: 60_000,
}, async () => {
  const { promise: came, resolve: come } = Promise.withResolvers<void>()
  await using server = await listening(() => come(), anywhere)
  const socket = await open(server)
  socket.write(call)
  await came
  await server.drain({ idleMs: 0, timeoutMs: 1 })
  await ended(socket)
})

async function open({ address }: { readonly address: string }): Promise<Socket> {
  const socket = connect(portOf(address), '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

async function ask(socket: Socket, url: string): Promise<string> {
  socket.write(call.replace('/ ', `${url} `))
  return String((await once(socket, 'data'))[0])
}

async function text(socket: Socket): Promise<string> {
  let all = ''
  for await (const part of socket) all += part
  return all
}

async function ended(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket.resume(), 'close')
}

/** Resolves when nobody can connect any more. */
async function refused({ address }: { readonly address: string }): Promise<void> {
  for (;;) {
    const socket = connect(portOf(address), '127.0.0.1')
    const [error] = await new Promise<readonly unknown[]>((resolve) => {
      socket.once('connect', () => resolve([])).once('error', (error) => resolve([error]))
    })
    socket.destroy()
    if (error) return
  }
}
