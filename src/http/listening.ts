import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** At the end, requests that are under way have this long. */
const drainMs = 10_000
/** So often connections are ended that have got their answer since. */
const sweepMs = 20

/** Listens until it is disposed of, which answers what is under way. Rejects when the address can't be had. */
export async function listening(listener: RequestListener, { host, port }: { readonly host: string; readonly port: number }): Promise<{ address: string } & AsyncDisposable> {
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 20_000, keepAliveTimeout: 65_000 }, (req, res) => {
    // A connection that was reset tells its address no more, and conditions on it would not hold. Read in time, node keeps it.
    if (req.socket.remoteAddress === undefined) return void res.destroy()
    listener(req, res)
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, resolve)
  await promise
  server.off('error', reject)
  const { port: taken } = server.address() as AddressInfo
  return { address: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`, [Symbol.asyncDispose]: () => closed(server) }
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
