import { createClient, type RedisScripts } from 'redis'
import type { Log } from '../../kernel/log.ts'

export interface RedisOptions<S extends RedisScripts> {
  /** `redis://` or `rediss://`, with its password. Never logged. */
  readonly url: string
  readonly scripts: S
  readonly log: Log
  /**
   * A command without an answer after this time counts as failed, although Redis may have run it.
   */
  readonly commandTimeoutMs?: number
}

/** The commands that the ephemeral port and connect-redis use. */
const commands = ['get', 'set', 'expire', 'del', 'ping'] as const
type Client<S extends RedisScripts> = ReturnType<typeof connectable<S>>
export type RedisClient<S extends RedisScripts> = Pick<
  Client<S>,
  (typeof commands)[number] | (keyof S & keyof Client<S>)
>

const connectTimeoutMs = 2000
const longestPauseMs = 2000
/** The most commands that may wait for an answer; further ones fail at once. */
const mostWaiting = 10_000

/**
 * Opens the one connection to the Redis that nodes share. Rejects at once when Redis can't be
 * reached at start, without the password in the error. Later, commands fail fast during an outage
 * (nothing is queued, nothing falls back to memory) and work again after it. No command waits
 * longer than `commandTimeoutMs`.
 */
export async function openRedisClient<S extends RedisScripts>({
  url,
  scripts,
  log,
  commandTimeoutMs = 2000,
}: RedisOptions<S>): Promise<RedisClient<S> & AsyncDisposable> {
  const state = { connected: false }
  const client = connectable({ url, scripts, commandTimeoutMs }, state)
  client.on('error', (error: Error) => {
    if (state.connected) log('redis-failed', { error: error.message })
  })
  try {
    await client.connect()
  } catch (error) {
    throw new Error(
      `Redis at ${where(url)} cannot be used: ` +
        (error instanceof Error ? error.message : String(error)),
      { cause: error },
    )
  }
  state.connected = true
  const names = [...commands, ...Object.keys(scripts)] as (keyof RedisClient<S>)[]
  return {
    ...inTime(client, names, commandTimeoutMs),
    async [Symbol.asyncDispose]() {
      state.connected = false
      client.destroy()
    },
  }
}

function connectable<S extends RedisScripts>(
  {
    url,
    scripts,
    commandTimeoutMs,
  }: Required<Pick<RedisOptions<S>, 'url' | 'scripts' | 'commandTimeoutMs'>>,
  state: { readonly connected: boolean },
) {
  return createClient({
    url,
    scripts,
    disableOfflineQueue: true,
    commandOptions: { timeout: commandTimeoutMs },
    commandsQueueMaxLength: mostWaiting,
    socket: {
      connectTimeout: connectTimeoutMs,
      reconnectStrategy: (tries: number, cause: Error) =>
        state.connected ? Math.min(50 * 2 ** Math.min(tries, 10), longestPauseMs) : cause,
    },
  })
}

/**
 * Limits the time until the answer, because the client's own limit covers only sending a command:
 * callers of a Redis that hangs would wait without end.
 */
function inTime<C extends object, N extends keyof C>(
  client: C,
  names: readonly N[],
  limitMs: number,
): Pick<C, N> {
  const limited = names.map((name) => {
    const command = client[name] as (...given: unknown[]) => Promise<unknown>
    return [name, (...given: unknown[]) => within(command.apply(client, given), limitMs)] as const
  })
  return Object.fromEntries(limited) as unknown as Pick<C, N>
}

async function within<T>(answer: Promise<T>, limitMs: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error(`Redis did not answer within ${limitMs} ms`)),
    limitMs,
  )
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Returns host and port only, because the URL may contain a password. */
function where(url: string): string {
  return URL.parse(url)?.host || 'its address'
}
