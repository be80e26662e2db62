import { once } from 'node:events'
import { createServer, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Credentials, Sent } from '../authorization/scene.ts'

export interface Listening extends AsyncDisposable {
  readonly port: number
}

/** Listens on a free port. */
export async function listenWith(listener: RequestListener): Promise<Listening> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export interface Told {
  readonly status: number
  readonly body: string
}

/** Calls the service as a client does that signs with AWS's SDK. `raw`: another target to send. */
export async function call(
  port: number,
  credentials: Credentials | undefined,
  {
    method = 'GET',
    path = '/orders/ann-1',
    headers = {},
    body = '',
    host = 'orders.test',
  }: Sent = {},
  raw = path,
): Promise<Told> {
  const sent = { host, ...headers }
  const signer =
    credentials &&
    new SignatureV4({
      credentials,
      region: 'us-east-1',
      service: 'orders',
      sha256: Sha256,
    })
  const signed = await signer?.sign({
    method,
    protocol: 'http:',
    hostname: host,
    path,
    headers: sent,
    body,
  })
  const asking = request({ port, method, path: raw, headers: signed?.headers ?? sent })
  asking.end(body)
  const [answer] = await once(asking, 'response')
  return { status: answer.statusCode, body: await text(answer) }
}
