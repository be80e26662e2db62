import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
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
