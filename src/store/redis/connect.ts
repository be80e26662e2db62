import { createClient, createCluster } from 'redis'
import type { Node, RedisAccess } from './access.ts'
import { inTime } from './in-time.ts'
import { redisScripts } from './scripts.ts'
import { namedPrimary } from './sentinels.ts'
import { credentialsOf, socketOf, tlsOf } from './socket-options.ts'

type ScriptName = keyof typeof redisScripts
/** The commands that the ephemeral port and connect-redis use, and the scripts. */
export const commandNames = [
  ...(['get', 'set', 'expire', 'del'] as const),
  ...(Object.keys(redisScripts) as ScriptName[]),
]

export interface ConnectOptions {
  readonly access: RedisAccess
  /** How long connecting and authenticating may take. */
  readonly limitMs: number
}

type Client = ReturnType<typeof clientOf>
/** What of the `redis` package's clients is used. */
export type Commands = Pick<Client, (typeof commandNames)[number]>

export interface Connection {
  readonly commands: Commands
  /** Rejects when this is not the primary any more, as others know. */
  check(): Promise<void>
  /** Closes at once; commands without an answer reject. */
  destroy(): void
}

/** Commands that may wait inside the client; the guard's own bound is lower. */
const mostQueued = 20_000

/**
 * Connects once. A connection to a server never mends itself: `lost` is called when it breaks, and
 * the caller opens another, which goes to the primary of that moment. A cluster's client follows
 * its nodes by itself. Rejects when it can't connect in time.
 */
export async function connect(
  options: ConnectOptions,
  lost: (error: Error) => void,
): Promise<Connection> {
  const { place } = options.access
  if (place.kind === 'cluster') return connectCluster(options, place.nodes)
  if (place.kind === 'server') return connectServer(options, place.node, lost)
  const ask = () => namedPrimary(place, options.limitMs)
  const primary = await ask()
  const check = async () => {
    // Without an answer the connection may still be right.
    const { host, port, epoch } = await ask().catch(() => primary)
    if (epoch > primary.epoch && (host !== primary.host || port !== primary.port))
      throw new Error(`the sentinels name another primary, at ${host}:${port}`)
  }
  return { ...(await connectServer(options, primary, lost)), check }
}

async function connectServer(
  options: ConnectOptions,
  node: Node,
  lost: (error: Error) => void,
): Promise<Connection> {
  const client = clientOf(options, node)
  client.on('error', lost)
  const destroy = () => void client.off('error', lost).on('error', ignored).destroy()
  try {
    await inTime(client.connect(), options.limitMs)
  } catch (error) {
    destroy()
    throw error
  }
  return { commands: client, check: async () => {}, destroy }
}

async function connectCluster(
  { access, limitMs }: ConnectOptions,
  nodes: readonly Node[],
): Promise<Connection> {
  const { login, tls } = access
  const cluster = createCluster({
    scripts: redisScripts,
    rootNodes: nodes.map((node) => ({ socket: socketOf(node, tls, limitMs) })),
    defaults: {
      ...credentialsOf(login),
      ...bounded,
      socket: { ...tlsOf(tls), connectTimeout: limitMs, reconnectStrategy: pauseMs },
    },
    maxCommandRedirections: 5,
    topologyRefreshOnReconnectionAttemptStrategy: 500,
  })
  // Each node's troubles; those that matter are failures of commands.
  cluster.on('error', ignored)
  const destroy = () => void cluster.destroy()
  try {
    await inTime(cluster.connect(), limitMs)
  } catch (error) {
    destroy()
    throw error
  }
  return { commands: cluster as unknown as Commands, check: async () => {}, destroy }
}

const bounded = { disableOfflineQueue: true, commandsQueueMaxLength: mostQueued }
const ignored = () => undefined
const pauseMs = (tries: number) => Math.min(100 * 2 ** Math.min(tries, 10), 2000)

function clientOf({ access, limitMs }: ConnectOptions, node: Node) {
  const { login, database, tls } = access
  return createClient({
    scripts: redisScripts,
    ...bounded,
    ...credentialsOf(login),
    ...(database !== undefined && { database }),
    socket: { ...socketOf(node, tls, limitMs), reconnectStrategy: false },
  })
}
