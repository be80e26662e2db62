import { createServer, type RequestListener, Server, type ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { pipelined } from './pipelines.ts'

/** How a listener stops without losing a request. */
export interface Draining {
  /**
   * How long connections without a request in progress stay open after the listener has closed: a
   * request that a client sends on one meanwhile is answered, with `Connection: close`.
   */
  readonly idleMs: number
  /** Requests in progress have this long to finish, from then on. */
  readonly timeoutMs: number
  /** Ends the waiting for idle connections. */
  readonly hurry?: AbortSignal | undefined
}

export interface Listening extends AsyncDisposable {
  /** `http://127.0.0.1:8080`. */
  readonly address: string
  /** Stops listening. Resolves when every connection is closed. A second call changes nothing. */
  drain(how: Draining): Promise<void>
}

/** Disposing does not wait for idle connections. */
const atOnce: Draining = { idleMs: 0, timeoutMs: 10_000 }
/** The interval at which a draining listener closes connections whose requests are answered. */
const sweepMs = 20

/**
 * Listens until it is drained, or disposed of, which finishes the requests in progress. Rejects
 * when it can't bind the address.
 */
export async function listening(
  listener: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
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
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, resolve)
  await promise
  server.off('error', reject)
  const { port: taken } = server.address() as AddressInfo
  let drained: Promise<void> | undefined
  const drain = (how: Draining) => {
    drained ??= drainServer({ server, sockets, retire: pipeline.retire }, how)
    return drained
  }
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    drain,
    [Symbol.asyncDispose]: () => drain(atOnce),
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

interface Drained {
  readonly server: Server
  readonly sockets: ReadonlySet<Socket>
  readonly retire: () => void
}

async function drainServer(
  { server, sockets, retire }: Drained,
  { idleMs, timeoutMs, hurry }: Draining,
): Promise<void> {
  retire()
  // Right after the event loop has accepted what waited: the kernel resets what still does.
  await new Promise((resolve) => setImmediate(resolve))
  // Not by `Server.close` of HTTP, which closes idle connections at once: a client may be sending
  // on one of them.
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  NetServer.prototype.close.call(server, () => resolve())
  const over = new AbortController()
  const end = AbortSignal.any([over.signal, ...(hurry ? [hurry] : [])])
  await Promise.race([closed, pause(idleMs, undefined, { signal: end }).catch(() => undefined)])
  over.abort()
  const impatient = setTimeout(() => server.closeAllConnections(), timeoutMs)
  const close = () => {
    server.closeIdleConnections()
    // Node counts a connection that never sent anything among the busy ones.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  }
  const sweep = setInterval(close, sweepMs)
  close()
  await closed
  clearInterval(sweep)
  clearTimeout(impatient)
  // Only now: it ends what watches over the time-outs of requests too.
  Server.prototype.close.call(server)
}
