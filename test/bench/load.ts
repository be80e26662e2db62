import { connect, type Socket } from 'node:net'

export interface LoadOptions {
  readonly port: number
  /** Whole HTTP/1.1 requests, sent in turn. */
  readonly requests: readonly Buffer[]
  /** How many of them an earlier load sent: this one goes on behind them. */
  readonly sent?: number
  /** Connections, each with one request under way. */
  readonly concurrency: number
  readonly durationMs: number
}
export interface Load {
  readonly requestsPerSecond: number
  readonly requests: number
  readonly p99Ms: number
}
export interface TimedLoad extends Load {
  readonly longestMs: number
  /** Of every answer, the shortest first. */
  readonly latenciesMs: readonly number[]
}

const endOfHead = Buffer.from('\r\n\r\n')

/**
 * Keeps `concurrency` keep-alive connections busy for a while. A bare client: a full one takes more
 * CPU than the servers it measures. Rejects on the first answer that is not 200, or that has no
 * Content-Length.
 */
export async function load({
  port,
  requests,
  sent = 0,
  concurrency,
  durationMs,
}: LoadOptions): Promise<TimedLoad> {
  const latencies: number[] = []
  let next = sent
  const startedAt = performance.now()
  const until = startedAt + durationMs
  await Promise.all(
    Array.from({ length: concurrency }, () =>
      busy(port, {
        take: () => (performance.now() < until ? requests[next++ % requests.length] : undefined),
        took: (milliseconds) => latencies.push(milliseconds),
      }),
    ),
  )
  const seconds = (performance.now() - startedAt) / 1000
  latencies.sort((a, b) => a - b)
  return {
    requests: latencies.length,
    requestsPerSecond: latencies.length / seconds,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
    longestMs: latencies.at(-1) ?? Number.NaN,
    latenciesMs: latencies,
  }
}

/** Sends each request once, one after the other. Returns how long each took. Rejects as `load`. */
export async function sequence(port: number, requests: readonly Buffer[]): Promise<number[]> {
  const latencies: number[] = []
  let next = 0
  await busy(port, {
    take: () => requests[next++],
    took: (milliseconds) => latencies.push(milliseconds),
  })
  return latencies
}

interface Turns {
  /** The next request; undefined: the time is over. */
  take(): Buffer | undefined
  took(milliseconds: number): void
}

/** One connection, from the first request to the last. */
function busy(port: number, { take, took }: Turns): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let sentAt = 0
  const send = () => {
    const request = take()
    if (!request) return socket.end(() => resolve())
    sentAt = performance.now()
    socket.write(request)
  }
  let kept: Buffer | undefined
  socket.on('connect', send)
  socket.on('error', reject)
  socket.on('data', (part) => {
    const bytes = kept ? Buffer.concat([kept, part]) : part
    try {
      if (bytes.length < answerLength(bytes)) {
        kept = bytes
        return
      }
    } catch (error) {
      socket.destroy()
      return reject(error)
    }
    kept = undefined
    took(performance.now() - sentAt)
    send()
  })
  return promise
}

/**
 * Bytes of the whole answer; Infinity while its head is not there. Throws when it is not a 200 with
 * a Content-Length.
 */
export function answerLength(bytes: Buffer): number {
  const head = bytes.indexOf(endOfHead)
  if (head < 0) return Number.POSITIVE_INFINITY
  const text = bytes.toString('latin1', 0, head)
  if (!text.startsWith('HTTP/1.1 200 '))
    throw new Error(`not the answer that was hoped for: ${bytes.toString()}`)
  const length = /\r\ncontent-length: (\d+)/i.exec(text)
  if (!length) throw new Error(`an answer without a length: ${text}`)
  return head + endOfHead.length + Number(length[1])
}

/** One request on a connection of its own: the body of its answer. Rejects as `load` does. */
export async function bodyOf(port: number, request: Buffer): Promise<string> {
  const parts: Buffer[] = []
  const socket = connect({ port, host: '127.0.0.1' })
  socket.write(request)
  for await (const part of socket) {
    parts.push(part as Buffer)
    const bytes = Buffer.concat(parts)
    if (bytes.length >= answerLength(bytes))
      return bytes.toString('utf8', bytes.indexOf(endOfHead) + endOfHead.length)
  }
  throw new Error('the connection ended before the answer did')
}
