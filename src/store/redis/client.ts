import type { RedisScripts } from 'redis'
import type { Log } from '../../kernel/log.ts'
import { describeAccess, type RedisAccess } from './access.ts'
import { type Circuit, createCircuit } from './circuit.ts'
import { type Commands, type Connection, commandNames, connect } from './connect.ts'
import { createGuard, type Guard, type GuardFigures } from './guard.ts'
import { inTime } from './in-time.ts'

export interface RedisOptions<S extends RedisScripts> {
  readonly access: RedisAccess
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

const clusterProbes = 16
/**
 * Connecting and the first write may take this long: at the start, and when the next try may find
 * another primary.
 */
const [startMs, connectMs] = [10_000, 2000]

/**
 * Opens the one connection to the Redis that nodes share. Rejects at once when Redis can't be used
 * at start, without the password in the error. Later, commands fail at once during an outage
 * (nothing falls back to memory) and work again after it, over a new connection. No command waits
 * longer than `commandTimeoutMs`.
 */
export async function openRedisClient<S extends RedisScripts>({
  access,
  scripts,
  log,
  prefix,
  commandTimeoutMs: limitMs = 2000,
}: RedisOptions<S>): Promise<OpenRedis<S>> {
  const name = describeAccess(access)
  const names = [...commandNames, ...Object.keys(scripts)] as (keyof Commands<S>)[]
  let present: Connection<S> | undefined
  let ended = false
  let connections = 0
  let circuit: Circuit | undefined
  let patienceMs = Math.max(limitMs, startMs)
  const write = async ({ commands }: Connection<S>) => {
    const expiration = { type: 'PX', value: 60_000 } as const
    const set = (key: string) => (commands as Probed).set(prefix + key, '1', { expiration })
    await inTime(Promise.all(probeKeys(access).map(set)), patienceMs)
  }
  const reopen = async () => {
    let mine: Connection<S> | undefined
    const next = await connect({ access, scripts, limitMs: patienceMs }, (error) => {
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
    throw new Error(`${name} cannot be used: ${reason}`, { cause: error })
  }
  patienceMs = Math.max(limitMs, connectMs)
  const look = () => guard.ask('set', 0, () => write(present!)).then(() => circuit!.wrote())
  const beat = async () => {
    await look()
    const looked = present
    await looked!.check().catch((error) => looked === present && circuit!.lost(error))
  }
  circuit = createCircuit({ look: beat, reopen, log })
  const guard = createGuard({ circuit, limitMs, name })
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

/** In a cluster they are spread over its nodes: `{…}` is what chooses the slot. */
function probeKeys({ place }: RedisAccess): readonly string[] {
  if (place.kind !== 'cluster') return ['probe']
  return Array.from({ length: clusterProbes }, (_, at) => `probe{${at}}`)
}
