import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipelined } from './pipelines.ts'

/** At shutdown, requests in progress have this long to finish. */
const drainMs = 10_000
/** The interval at which shutdown closes connections whose requests are answered. */
const sweepMs = 20

/**
 * Listens until it is disposed of, which finishes the requests in progress. Rejects when it can't
 * bind the address.
 */
export async function listening(
  listener: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ address: string } & AsyncDisposable> {
  const pipeline = pipelined(listener)
  const server = createServer(
    { requestTimeout: 60_000, headersTimeout: 20_000, keepAliveTimeout: 65_000 },
    (req, res) => {
      // A reset connection no longer reports its address, so conditions on it would not hold. Node
      // keeps the address once it has been read.
      if (req.socket.remoteAddress === undefined) return void res.destroy()
      if (hostsOf(req.rawHeaders) > 1) return refuseHosts(res)
      pipeline(req, res)
    },
  )
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, resolve)
  await promise
  server.off('error', reject)
  const { port: taken } = server.address() as AddressInfo
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    [Symbol.asyncDispose]: () => closed(server),
  }
}

function hostsOf(rawHeaders: readonly string[]): number {
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts
}

/**
 * Refuses several Host headers (RFC 9112, section 3.2), because a proxy may have used one of them
 * and the signature another.
 */
function refuseHosts(res: ServerResponse): void {
  res.writeHead(400, { 'content-type': 'text/plain', connection: 'close' })
  res.end('The request has more than one Host header.\n')
}

function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const impatient = setTimeout(() => server.closeAllConnections(), drainMs)
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMs)
  server.close(() => {
    clearInterval(sweep)
    clearTimeout(impatient)
    resolve()
  })
  server.closeIdleConnections()
  return promise
}
