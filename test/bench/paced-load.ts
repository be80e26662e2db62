import { connect } from 'node:net'
import { answerLength, type Load } from './load.ts'

export interface PacedLoadOptions {
  readonly port: number
  /** The whole HTTP/1.1 request that is to be sent as the nth. */
  readonly requestAt: (index: number) => Buffer
  readonly perSecond: number
  readonly durationMs: number
  /** Connections; what is due while all of them are busy waits for one. */
  readonly concurrency: number
}

/**
 * Sends at a steady rate, whether answers come or not, and counts the time of each from the moment
 * at which it was due: a server that stands still for a second makes a second's calls late, not one
 * alone. Rejects as `load` does.
 */
export async function pacedLoad(options: PacedLoadOptions): Promise<Load> {
  const { port, requestAt, perSecond, durationMs, concurrency } = options
  const all = Math.round((perSecond * durationMs) / 1000)
  const latencies: number[] = []
  const waiting: number[] = []
  const startedAt = performance.now()
  const dueAt = (index: number) => startedAt + (index * 1000) / perSecond
  await using connections = new AsyncDisposableStack()
  const free = Array.from({ length: concurrency }, () => {
    const connection = openConnection(port)
    connections.defer(connection.close)
    return connection
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const sendDue = () => {
    while (waiting.length > 0 && free.length > 0) {
      const [index, connection] = [waiting.shift()!, free.pop()!]
      connection.send(requestAt(index)).then(() => {
        latencies.push(performance.now() - dueAt(index))
        free.push(connection)
        if (latencies.length === all) resolve()
        else sendDue()
      }, reject)
    }
  }
  let next = 0
  const timer = setInterval(() => {
    for (; next < all && dueAt(next) <= performance.now(); next++) waiting.push(next)
    sendDue()
  }, 1)
  connections.defer(() => clearInterval(timer))
  await promise
  latencies.sort((a, b) => a - b)
  return {
    requests: all,
    requestsPerSecond: (all * 1000) / (performance.now() - startedAt),
    p99Ms: latencies[Math.floor(all * 0.99)] ?? Number.NaN,
  }
}

/** One keep-alive connection; one request under way at a time. */
function openConnection(port: number) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let settle = { resolve: () => {}, reject: (_error: unknown) => {} }
  let kept: Buffer = Buffer.alloc(0)
  socket.on('error', (error) => settle.reject(error))
  socket.on('data', (part) => {
    kept = kept.length === 0 ? part : Buffer.concat([kept, part])
    try {
      if (kept.length < answerLength(kept)) return
    } catch (error) {
      return settle.reject(error)
    }
    kept = Buffer.alloc(0)
    settle.resolve()
  })
  return {
    send: (request: Buffer) =>
      new Promise<void>((resolve, reject) => {
        settle = { resolve, reject }
        socket.write(request)
      }),
    close: () => void socket.destroy(),
  }
}
