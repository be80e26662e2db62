import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export interface PipelineLimits {
  /** The number of a connection's requests that are processed at once; the next ones wait. */
  readonly perConnection: number
  /** A connection with this many unanswered requests is no longer read. */
  readonly owedPerConnection: number
  /** Requests of all connections that are neither answered nor refused. */
  readonly inHand: number
}

const defaults: PipelineLimits = { perConnection: 16, owedPerConnection: 64, inHand: 4096 }

/**
 * Limits what a server holds for clients that send requests without waiting for answers (RFC 9112,
 * section 9.3.2). Processes a few requests of a connection at once, so that all connections get
 * their share, and stops reading one that has many unanswered requests. Beyond `inHand` it drops
 * the oldest request whose body is incomplete, so that bodies that never arrive can't keep others
 * out; if there is none, it answers 503 and closes the connection. Requests of one connection begin
 * in order of arrival.
 */
export function pipelined(
  listener: RequestListener,
  limits: Partial<PipelineLimits> = {},
): RequestListener & {
  /**
   * From here on each connection ends with the answer to its newest request, which says so
   * (`Connection: close`, RFC 9112, section 9.6). What a client sends behind that request is not
   * processed.
   */
  retire(): void
} {
  const { perConnection, owedPerConnection, inHand } = { ...defaults, ...limits }
  const connections = new Set<Pipeline>()
  let held = 0
  let arrivals = 0
  let retiring = false

  /** False when every request in hand has arrived whole. Looks at all connections: rare. */
  function giveUpOldest(): boolean {
    let oldest: Pipeline | undefined
    for (const one of connections) {
      if (one.owed === 0 || one.last?.complete !== false) continue
      if (!oldest || one.arrival < oldest.arrival) oldest = one
    }
    if (!oldest) return false
    oldest.socket.destroy()
    forget(oldest)
    return true
  }

  /** Responses that were not their turn yet report nothing when their connection closes. */
  function forget(pipeline: Pipeline): void {
    if (!connections.delete(pipeline)) return
    held -= pipeline.owed
    pipeline.waiting.length = 0
  }

  function begin(req: IncomingMessage, res: ServerResponse, pipeline: Pipeline): void {
    pipeline.working++
    listener(req, res)
  }

  function ended(this: ServerResponse): void {
    const pipeline = (this.req.socket as PipelinedSocket)[ofSocket]
    if (!pipeline || !connections.has(pipeline)) return
    held--
    pipeline.owed--
    pipeline.working--
    while (pipeline.waiting.length > 0 && pipeline.working < perConnection) {
      const [req, res] = pipeline.waiting.shift()!
      begin(req, res, pipeline)
    }
    if (pipeline.owed < owedPerConnection) pipeline.readOn()
  }

  function connected(socket: PipelinedSocket): Pipeline {
    const pipeline = new Pipeline(socket)
    socket[ofSocket] = pipeline
    connections.add(pipeline)
    socket.once('close', () => forget(pipeline))
    return pipeline
  }

  function take(req: IncomingMessage, res: ServerResponse): void {
    const socket: PipelinedSocket = req.socket
    const pipeline = socket[ofSocket] ?? connected(socket)
    if (pipeline.retired) return void req.resume()
    if (held >= inHand && !giveUpOldest()) return void refuse(res)
    held++
    pipeline.owed++
    pipeline.last = req
    pipeline.newest = res
    pipeline.arrival = arrivals++
    if (retiring) pipeline.retire()
    res.on('close', ended)
    if (pipeline.owed >= owedPerConnection) pipeline.holdBack()
    if (pipeline.working >= perConnection) pipeline.waiting.push([req, res])
    else begin(req, res, pipeline)
  }
  return Object.assign(take, {
    retire() {
      retiring = true
      for (const pipeline of connections) if (pipeline.owed > 0) pipeline.retire()
    },
  })
}

/** A property, and counts instead of sets of requests: this runs for every request. */
const ofSocket = Symbol('pipeline')
interface PipelinedSocket extends Socket {
  [ofSocket]?: Pipeline
}

class Pipeline {
  owed = 0
  working = 0
  readonly waiting: (readonly [IncomingMessage, ServerResponse])[] = []
  /** The newest request: those before it have arrived whole. */
  last: IncomingMessage | undefined
  newest: ServerResponse | undefined
  /** Its newest answer ends the connection. */
  retired = false
  /** Of the newest request, counted over all connections. */
  arrival = 0
  readonly socket: Socket
  #heldBack = false

  constructor(socket: Socket) {
    this.socket = socket
    const resume = socket.resume.bind(socket)
    // Reading a body resumes the connection, and with it all that comes behind the body. Only the
    // last request can still lack some of its body; those before it are answered without it.
    socket.resume = () => (this.#heldBack ? socket : resume())
  }

  /** An answer that has begun can't say so any more: then the connection stays. */
  retire(): void {
    if (!this.newest || this.newest.headersSent) return
    this.newest.shouldKeepAlive = false
    this.retired = true
  }

  holdBack(): void {
    if (this.#heldBack) return
    this.#heldBack = true
    this.socket.pause()
  }

  readOn(): void {
    if (!this.#heldBack) return
    this.#heldBack = false
    this.socket.resume()
  }
}

function refuse(res: ServerResponse): void {
  const head = { 'content-type': 'text/plain', 'retry-after': '1', connection: 'close' }
  res.writeHead(503, head).end('Too many requests are in hand. Try again in a moment.\n')
}
