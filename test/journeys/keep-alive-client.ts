import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A node as a load balancer sees it. */
export interface BalancedNode {
  readonly origin: string
  readonly operations: string
}

interface Connection {
  readonly node: BalancedNode
  readonly socket: Socket
}

/**
 * What a load balancer does for each client: keeps a connection while answers leave it open and
 * `/readyz` of its node said 200 when last asked, and opens the next one to such a node. A
 * connection that could not be opened is opened to another node, since nothing was sent. Whatever
 * else goes wrong is a lost request.
 */
export interface Balancer extends Disposable {
  /** Nodes that may be chosen. */
  nodes: readonly BalancedNode[]
  /** Whether the node's last answer to the probe was not 200, so that nothing new goes there. */
  avoids(node: BalancedNode): boolean
  /** Sends one whole request. Resolves with the answer; rejects when the request is lost. */
  client(): (request: Buffer) => Promise<string>
}

export function balancer(nodes: readonly BalancedNode[]): Balancer {
  const sockets = new Set<Socket>()
  const red = new Set<string>()
  let turn = 0
  const ended = new AbortController()
  const { signal } = ended
  const probe = async ({ operations }: BalancedNode) => {
    try {
      const { status } = await fetch(`${operations}/readyz`, { signal })
      if (status === 200) red.delete(operations)
      else red.add(operations)
    } catch {
      red.add(operations)
    }
  }
  const ready = () => balanced.nodes.filter(({ operations }) => !red.has(operations))
  async function opened(): Promise<Connection> {
    for (let tries = 0; tries < 400 && !signal.aborted; tries++) {
      const all = ready().length > 0 ? ready() : balanced.nodes
      const node = all[turn++ % all.length]!
      const socket = connect(Number(new URL(node.origin).port), '127.0.0.1')
      try {
        sockets.add(socket)
        await once(socket, 'connect', { signal })
        return { node, socket: socket.setNoDelay().on('error', () => undefined) }
      } catch {
        await pause(5)
      }
    }
    throw new Error('no node takes a connection')
  }
  const balanced: Balancer = {
    nodes,
    avoids: ({ operations }) => red.has(operations),
    client() {
      let kept: Connection | undefined
      return async (request) => {
        if (signal.aborted) throw new Error('the balancer has ended')
        // A node that closed an idle connection has told so.
        if (kept && (kept.socket.readableEnded || kept.socket.destroyed)) kept = undefined
        if (kept && red.has(kept.node.operations) && ready().length > 0) {
          kept.socket.destroy()
          kept = undefined
        }
        kept ??= await opened()
        const answer = await answerOn(kept.socket, request)
        if (/\r\nconnection: close\r\n/i.test(answer)) {
          kept.socket.destroy()
          kept = undefined
        }
        return answer
      }
    },
    [Symbol.dispose]() {
      ended.abort()
      for (const socket of sockets) socket.destroy()
    },
  }
  // One probe of a node after the other: a late answer must not be taken for a new one.
  const probing = async () => {
    while (!signal.aborted) {
      await Promise.all(balanced.nodes.map(probe))
      await pause(50)
    }
  }
  void probing()
  return balanced
}

/** Sends a request and reads its answer, which has a Content-Length. */
function answerOn(socket: Socket, request: Buffer): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let text = ''
  const read = (part: Buffer) => {
    text += part
    const head = text.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1])
    if (Number.isNaN(length)) reject(new Error(`no length: ${text}`))
    if (Buffer.byteLength(text.slice(head + 4)) >= length) resolve(text)
  }
  const lost = (why: unknown) => reject(new Error(`lost after ${text.length} bytes: ${why}`))
  socket.on('data', read).once('error', lost).once('close', lost)
  socket.write(request)
  return promise.finally(() => {
    socket.off('data', read).off('error', lost).off('close', lost)
  })
}
