import type { Server } from './server.ts'

const defaultPort = 5432

/**
 * The servers of an address, whose host may be the folder of a Unix socket (`%2Frun%2Fpostgresql`),
 * and of a list of `host`, `host:port`, `[::1]` or `[::1]:port`.
 */
export function serversOf(url: string, hosts: readonly string[]): readonly Server[] {
  const { hostname, port } = new URL(url)
  const first = { host: decodeURIComponent(hostname), port: Number(port || defaultPort) }
  return [first, ...hosts.map(serverOf)].map((server) => ({
    ...server,
    host: server.host.replace(/^\[(.*)\]$/, '$1'),
  }))
}

function serverOf(text: string): Server {
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(text) ?? []
  return { host, port: Number(port ?? defaultPort) }
}
