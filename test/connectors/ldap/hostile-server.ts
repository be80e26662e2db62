import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface HostileServer extends AsyncDisposable {
  readonly url: string
  /** Everything that came in, of all connections. */
  received(): Buffer
  connections(): number
}

/** A server on a free port that does with each connection what `behave` says. */
export async function hostileServer(behave: (socket: Socket) => void): Promise<HostileServer> {
  const sockets = new Set<Socket>()
  const chunks: Buffer[] = []
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.on('data', (chunk) => chunks.push(chunk))
    behave(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => Buffer.concat(chunks),
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** One LDAPMessage with a short body: `id`, then whatever `operation` holds. */
export function ldapMessage(id: number, operation: readonly number[]): Buffer {
  return Buffer.from([0x30, operation.length + 3, 0x02, 0x01, id, ...operation])
}

/** A result without words: BindResponse is 0x61, ExtendedResponse 0x78, SearchResultDone 0x65. */
export function result(tag: number, code: number): readonly number[] {
  return [tag, 7, 0x0a, 1, code, 4, 0, 4, 0]
}
