import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { type PipelineLimits, pipelined } from '../../src/http/pipelines.ts'

async function served(listener: RequestListener, limits?: Partial<PipelineLimits>) {
  const server = createServer(pipelined(listener, limits)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets: Socket[] = []
  return {
    connection() {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      socket.on('error', () => undefined)
      sockets.push(socket)
      return socket
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      server.close()
    },
  }
}
const post = (n: number, body = 'x'.repeat(400)) =>
  `POST /${n} HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`
const turn = () => new Promise((resolve) => setImmediate(resolve))
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn()
}
/** Reads until as many answers came. */
async function answers(socket: Socket, count: number): Promise<readonly string[]> {
  let text = ''
  for await (const part of socket) {
    text += part
    const found = text.match(/HTTP\/1\.1 \d{3}/g) ?? []
    if (found.length >= count) return found
  }
  throw new Error(`the connection ended after ${text}`)
}

test('a connection has a few requests at work, and they begin in order', async () => {
  const begun: string[] = []
  const held: ServerResponse[] = []
  await using server = await served(
    (req, res) => {
      begun.push(req.url!)
      held.push(res)
    },
    { perConnection: 2 },
  )
  const socket = server.connection()
  socket.write([1, 2, 3, 4, 5].map((n) => post(n)).join(''))
  const answered = answers(socket, 5)
  await until(() => begun.length === 2)
  for (let i = 0; i < 10; i++) await turn()
  assert.deepEqual(begun, ['/1', '/2'])
  for (let done = 0; done < 5; done++) {
    await until(() => held.length > done)
    held[done]!.end('done')
  }
  assert.equal((await answered).length, 5)
  assert.deepEqual(begun, ['/1', '/2', '/3', '/4', '/5'])
})

test('a connection with many pending answers is not read until they are sent', async () => {
  const waiting: ServerResponse[] = []
  let release = false
  await using server = await served(
    (req, res) => {
      req.resume()
      req.once('end', () => {
        if (release) res.end('done')
        else waiting.push(res)
      })
    },
    { perConnection: 4, owedPerConnection: 8, inHand: 100_000 },
  )
  const socket = server.connection()
  const requests = 50_000
  const text = Array.from({ length: requests }, (_, n) => post(n)).join('')
  let taken = false
  socket.write(text, () => {
    taken = true
  })
  await until(() => waiting.length === 4)
  for (let i = 0; i < 200; i++) await turn()
  // 24 MB do not fit into the buffers of two sockets: the server stopped reading.
  assert.equal(taken, false)
  const answered = answers(socket, requests)
  release = true
  for (const res of waiting) res.end('done')
  assert.equal((await answered).length, requests)
})

test('requests beyond the limit of all connections get 503, others are answered', async () => {
  const held: ServerResponse[] = []
  await using server = await served((_req, res) => void held.push(res), { inHand: 3 })
  const first = server.connection()
  first.write([1, 2, 3].map((n) => post(n)).join(''))
  await until(() => held.length === 3)
  const second = server.connection()
  second.write(post(1))
  const [refused] = (await once(second, 'data')) as [Buffer]
  assert.match(String(refused), /^HTTP\/1\.1 503 .*retry-after: 1/is)
  for (const res of held.splice(0)) res.end('done')
  await answers(first, 3)
  const third = server.connection()
  third.write(post(1))
  await until(() => held.length === 1)
})

test('who goes away gives its places back', async () => {
  const held: ServerResponse[] = []
  const listener: RequestListener = (_req, res) => void held.push(res)
  await using server = await served(listener, { inHand: 4, perConnection: 1 })
  const first = server.connection()
  first.write([1, 2, 3, 4].map((n) => post(n)).join(''))
  await until(() => held.length === 1)
  first.resetAndDestroy()
  await until(() => held[0]!.closed)
  for (let i = 0; i < 20; i++) await turn()
  const second = server.connection()
  second.write([1, 2, 3, 4].map((n) => post(n)).join(''))
  await until(() => held.length === 2)
  held[1]!.end('done')
  await until(() => held.length === 3)
})

test('bodies that never come keep nobody out', async () => {
  const listener: RequestListener = (req, res) => {
    req.resume()
    req.once('end', () => res.end('done'))
  }
  await using server = await served(listener, { inHand: 3 })
  const halves = [1, 2, 3].map(() => server.connection())
  const closed: number[] = []
  for (const [n, half] of halves.entries()) {
    half.on('close', () => closed.push(n))
    half.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\n')
    for (let i = 0; i < 20; i++) await turn()
  }
  const honest = server.connection()
  honest.write(post(1))
  assert.match(String((await once(honest, 'data'))[0]), /^HTTP\/1\.1 200 /)
  await until(() => closed.length > 0)
  assert.deepEqual(closed, [0])
})
