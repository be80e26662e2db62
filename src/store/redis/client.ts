import type { RedisScripts } from 'redis'
import type { Log } from '../../kernel/log.ts'
import { type Circuit, createCircuit } from './circuit.ts'
import { type Commands, type Connection, commandNames, connect } from './connect.ts'
import { createGuard, type Guard, type GuardFigures } from './guard.ts'
import { inTime } from './in-time.ts'

export interface RedisOptions<S extends RedisScripts> {
  /** `redis://` or `rediss://`, with its password. Never logged. */
  readonly url: string
  readonly scripts: S
  readonly log: Log
  /** What every key starts with. */
  readonly prefix: string
  /**
   * A command without an answer after this time counts as failed, although Redis may have run it.
   */
  readonly commandTimeoutMs?: number
}

export interface OpenRedis<S extends RedisScripts> extends AsyncDisposable {
  /** Commands throw StoreFault when Redis can't be used now. */
  readonly client: Commands<S>
  /** Writes. Rejects with what is wrong, and for how long. */
  probe(): Promise<void>
  figures(): RedisFigures
}

export interface RedisFigures extends GuardFigures {
  /** Redis takes writes, as far as is known. */
  readonly up: boolean
  /** Connections opened since the start. */
  readonly connections: number
}

/** Connecting and the first write over a new connection may take this long. */
const connectMs = 2000

/**
 * Opens the one connection to the Redis that nodes share. Rejects at once when Redis can't be used
 * at start, without the password in the error. Later, commands fail at once during an outage
 * (nothing falls back to memory) and work again after it, over a new connection. No command waits
 * longer than `commandTimeoutMs`.
 */
export async function openRedisClient<S extends RedisScripts>({
  url,
  scripts,
  log,
  prefix,
  commandTimeoutMs: limitMs = 2000,
}: RedisOptions<S>): Promise<OpenRedis<S>> {
  const names = [...commandNames, ...Object.keys(scripts)] as (keyof Commands<S>)[]
  let present: Connection<S> | undefined
  let ended = false
  let connections = 0
  let circuit: Circuit | undefined
  const patienceMs = Math.max(limitMs, connectMs)
  const write = async ({ commands }: Connection<S>) => {
    const expiration = { type: 'PX', value: 60_000 } as const
    await inTime((commands as Probed).set(`${prefix}probe`, '1', { expiration }), patienceMs)
  }
  const reopen = async () => {
    let mine: Connection<S> | undefined
    const next = await connect({ url, scripts, limitMs: patienceMs }, (error) => {
      // One that is not in use yet, or was replaced, tells nothing about the present one.
      if (mine && mine === present) circuit?.lost(error)
    })
    try {
      await write(next)
      if (ended) throw new Error('it was closed')
    } catch (error) {
      next.destroy()
      throw error
    }
    connections++
    const before = present
    present = mine = next
    before?.destroy()
  }
  try {
    await reopen()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`Redis at ${where(url)} cannot be used: ${reason}`, { cause: error })
  }
  const look = () => guard.ask('set', 0, () => write(present!)).then(() => circuit!.wrote())
  circuit = createCircuit({ look, reopen, log })
  const guard = createGuard({ circuit, limitMs, name: `Redis at ${where(url)}` })
  return {
    client: guarded<Commands<S>>(names, guard, () => present!.commands),
    probe: look,
    figures: () => ({ ...guard.figures(), up: circuit.trouble() === undefined, connections }),
    async [Symbol.asyncDispose]() {
      ended = true
      circuit.end()
      present?.destroy()
    },
  }
}

interface Probed {
  set(key: string, value: string, options: object): Promise<unknown>
}

/** Each command, sent over the connection of that moment. */
function guarded<C extends object>(names: readonly (keyof C)[], guard: Guard, present: () => C): C {
  const commands = names.map((name) => {
    const ask = (...given: unknown[]) => {
      const commands = present()
      const command = commands[name] as (...given: unknown[]) => Promise<unknown>
      return guard.ask(String(name), bytesOf(given), () => command.apply(commands, given))
    }
    return [name, ask] as const
  })
  return Object.fromEntries(commands) as unknown as C
}

function bytesOf(given: readonly unknown[]): number {
  return given.reduce<number>((sum, one) => sum + (typeof one === 'string' ? one.length : 0), 0)
}

/** Returns host and port only, because the URL may contain a password. */
function where(url: string): string {
  return URL.parse(url)?.host || 'its address'
}
