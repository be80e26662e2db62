import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A node as a load balancer sees it. */
export interface BalancedNode {
  readonly origin: string
  readonly operations: string
}

/**
 * What a load balancer of one connection does: keeps it while answers leave it open, and opens the
 * next one to a node whose `/readyz` said 200 when last asked. A connection that could not be
 * opened is opened to another node, since nothing was sent. Whatever else goes wrong is a lost
 * request.
 */
export interface Balancer extends Disposable {
  /** Nodes that may be chosen. */
  nodes: readonly BalancedNode[]
  /** Sends one whole request. Resolves with the answer; rejects when the request is lost. */
  client(): (request: Buffer) => Promise<string>
}

export function balancer(nodes: readonly BalancedNode[]): Balancer {
  const sockets = new Set<Socket>()
  const red = new Set<string>()
  let turn = 0
  const asked = setInterval(() => {
    for (const { operations } of balanced.nodes)
      fetch(`${operations}/readyz`).then(
        ({ status }) => (status === 200 ? red.delete(operations) : red.add(operations)),
        () => red.add(operations),
      )
  }, 50)
  async function opened(): Promise<Socket> {
    for (let tries = 0; tries < 400; tries++) {
      const ready = balanced.nodes.filter(({ operations }) => !red.has(operations))
      const all = ready.length > 0 ? ready : balanced.nodes
      const socket = connect(Number(new URL(all[turn++ % all.length]!.origin).port), '127.0.0.1')
      try {
        await once(socket, 'connect')
        sockets.add(socket)
        return socket.setNoDelay().on('error', () => undefined)
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
    throw new Error('no node takes a connection')
  }
  const balanced: Balancer = {
    nodes,
    client() {
      let socket: Socket | undefined
      return async (request) => {
        // A node that closed an idle connection has told so.
        if (socket?.readableEnded || socket?.destroyed) socket = undefined
        socket ??= await opened()
        const answer = await answerOn(socket, request)
        if (/\r\nconnection: close\r\n/i.test(answer)) {
          socket.destroy()
          socket = undefined
        }
        return answer
      }
    },
    [Symbol.dispose]() {
      clearInterval(asked)
      for (const socket of sockets) socket.destroy()
    },
  }
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
