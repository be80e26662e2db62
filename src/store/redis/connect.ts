import { createClient, type RedisScripts } from 'redis'
import { inTime } from './in-time.ts'

/** The commands that the ephemeral port, connect-redis and the probe use. */
export const commandNames = ['get', 'set', 'expire', 'del'] as const

export interface ConnectOptions<S extends RedisScripts> {
  /** `redis://` or `rediss://`, with its password. Never logged. */
  readonly url: string
  readonly scripts: S
  /** How long connecting and authenticating may take. */
  readonly limitMs: number
}

type Client<S extends RedisScripts> = ReturnType<typeof clientOf<S>>
/** What of the `redis` package's clients is used. */
export type Commands<S extends RedisScripts> = Pick<
  Client<S>,
  (typeof commandNames)[number] | (keyof S & keyof Client<S>)
>

export interface Connection<S extends RedisScripts> {
  readonly commands: Commands<S>
  /** Closes at once; commands without an answer reject. */
  destroy(): void
}

/**
 * Connects once. It never connects again by itself: `lost` is called when the connection breaks,
 * and the caller opens another. Rejects when it can't connect in time.
 */
export async function connect<S extends RedisScripts>(
  options: ConnectOptions<S>,
  lost: (error: Error) => void,
): Promise<Connection<S>> {
  const client = clientOf(options)
  client.on('error', lost)
  const destroy = () =>
    void client
      .off('error', lost)
      .on('error', () => undefined)
      .destroy()
  try {
    await inTime(client.connect(), options.limitMs)
  } catch (error) {
    destroy()
    throw error
  }
  return { commands: client, destroy }
}

/** Commands that may wait inside the client; the guard's own bound is lower. */
const mostQueued = 20_000

function clientOf<S extends RedisScripts>({ url, scripts, limitMs }: ConnectOptions<S>) {
  return createClient({
    url,
    scripts,
    disableOfflineQueue: true,
    commandsQueueMaxLength: mostQueued,
    socket: { connectTimeout: limitMs, reconnectStrategy: false },
  })
}
