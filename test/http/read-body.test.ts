import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { bodyReader } from '../../src/http/read-body.ts'

const limit = 1000
const large = `Action=CreateSAMLProvider&x=${'x'.repeat(2 * limit)}`

/** A server that says what becomes of bodies. The key and the address are what the client says. */
async function openServer() {
  const readBody = bodyReader({
    bodyBytes: limit,
    knowsCaller: async ({ rawHeaders }) => {
      const key = rawHeaders[rawHeaders.indexOf('authorization') + 1]
      return key === 'unknown' ? undefined : key
    },
  })
  const server = createServer(async (req, res) => {
    const sourceAddress = String(req.headers['x-from'])
    const body = await readBody(req, res, { rawPath: '/', rawQuery: '', sourceAddress })
    res.end(body instanceof Error ? body.code : 'read')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const begin = (authorization: string, from: string, body = large) => {
    const headers = { authorization, 'x-from': from, 'content-length': body.length }
    const sent = request({ port, method: 'POST', headers, agent: false })
    sent.on('error', () => undefined)
    return sent
  }
  return {
    /** Sends a whole body, and returns what it is told. */
    async send(...asked: Parameters<typeof begin>): Promise<string> {
      const sent = begin(...asked)
      sent.end(asked[2] ?? large)
      const [answer] = (await once(sent, 'response')) as [IncomingMessage]
      return text(answer)
    },
    /** Sends the beginning of a body, and nothing more until it is ended or destroyed. */
    stall(...asked: Parameters<typeof begin>) {
      const sent = begin(...asked)
      sent.write(large.slice(0, 100))
      return sent
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('a key that others know, and an address, hold one place for large bodies each', async () => {
  await using at = await openServer()
  const until = async (wanted: string, ...asked: Parameters<typeof at.send>) => {
    for (let tries = 0; tries < 500; tries++) if ((await at.send(...asked)) === wanted) return
    assert.fail(`never ${wanted}`)
  }
  const first = at.stall('AKIA1', '192.0.2.1')
  await until('ServiceUnavailable', 'AKIA1', '192.0.2.2')
  assert.equal(await at.send('AKIA2', '192.0.2.1'), 'ServiceUnavailable')
  assert.equal(await at.send('AKIA2', '192.0.2.2'), 'read', 'another key from elsewhere')
  const second = at.stall('AKIA2', '192.0.2.2')
  await until('ServiceUnavailable', 'AKIA3', '192.0.2.3')
  assert.equal(await at.send('AKIA1', '192.0.2.1', 'Action=ListRoles&'), 'read', 'a small one')
  assert.equal(await at.send('unknown', '192.0.2.4'), 'RequestEntityTooLarge')
  first.destroy()
  await until('read', 'AKIA1', '192.0.2.1')
  second.end(large.slice(100))
  await until('read', 'AKIA2', '192.0.2.2')
})
