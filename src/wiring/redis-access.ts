import { readFile } from 'node:fs/promises'
import type { EphemeralSettings } from '../config/ephemeral.ts'
import type { Environment } from '../config/references.ts'
import { readSecret, type SecretSource } from '../credentials/secret-source.ts'
import type { Login, Node, RedisAccess, Tls } from '../store/redis/access.ts'

/** How the settings reach Redis. Reads certificates; rejects when one can't be read. */
export async function redisAccess(
  settings: EphemeralSettings,
  env: Environment,
): Promise<RedisAccess> {
  const { redis, sentinel, cluster, database } = settings
  const loginOf = (username?: string, password?: SecretSource): Login => ({
    username,
    password: password === undefined ? undefined : () => readSecret(password, env),
  })
  const login = loginOf(settings.username, settings.password)
  const tls = settings.tls && (await readTls(settings.tls))
  if (redis !== undefined) {
    const url = new URL(redis)
    const [username, password] = [url.username, url.password].map(decodeURIComponent)
    const number = url.pathname.slice(1)
    return {
      place: { kind: 'server', node: nodeOf(url.host, 6379) },
      login: password ? loginOf(username || undefined, password) : login,
      database: number === '' ? database : Number(number),
      tls: url.protocol === 'rediss:' ? (tls ?? {}) : undefined,
    }
  }
  const nodesOf = (list: readonly string[]) => list.map((node) => nodeOf(node, 6379))
  if (cluster) return { place: { kind: 'cluster', nodes: nodesOf(cluster.nodes) }, login, tls }
  const { name, nodes, username, password, tls: speaksTls = tls !== undefined } = sentinel!
  const sentinels = {
    nodes: nodesOf(nodes),
    login: loginOf(username, password),
    tls: speaksTls ? (tls ?? {}) : undefined,
  }
  return { place: { kind: 'sentinel', name, sentinels }, login, database, tls }
}

function nodeOf(text: string, defaultPort: number): Node {
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(text)!
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: port ? Number(port) : defaultPort }
}

async function readTls(settings: NonNullable<EphemeralSettings['tls']>): Promise<Tls> {
  const text = async (path: string | undefined) =>
    path === undefined ? undefined : readFile(path, 'utf8')
  return {
    ca: await text(settings.caFile),
    cert: await text(settings.certificateFile),
    key: await text(settings.keyFile),
    servername: settings.serverName,
  }
}
