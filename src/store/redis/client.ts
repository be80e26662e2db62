import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import { describeAccess, type RedisAccess } from './access.ts'
import { type Circuit, createCircuit } from './circuit.ts'
import { type Commands, type Connection, commandNames, connect } from './connect.ts'
import { createGuard, type Guard, type GuardFigures } from './guard.ts'
import { inTime } from './in-time.ts'
import { type KeyNames, keyNames } from './keys.ts'
import { createMemory, type Memory } from './memory.ts'

export interface RedisOptions {
  readonly access: RedisAccess
  readonly log: Log
  readonly clock: Clock
  /** What every key starts with. */
  readonly prefix: string
  /**
   * A command without an answer after this time counts as failed, although Redis may have run it.
   */
  readonly commandTimeoutMs?: number
}

export interface OpenRedis extends AsyncDisposable {
  /** Commands throw StoreFault when Redis can't be used now. */
  readonly client: Commands
  readonly keys: KeyNames
  readonly memory: Memory
  /** Writes. Rejects with what is wrong, and for how long. */
  probe(): Promise<void>
  figures(): RedisFigures
}

export interface RedisFigures extends GuardFigures {
  /** Redis takes writes, as far as is known. */
  readonly up: boolean
  /** Connections opened since the start. */
  readonly connections: number
  /** What Redis's clock is ahead of this node's. */
  readonly aheadSeconds: number
}

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
export async function openRedisClient({
  access,
  log,
  clock,
  prefix,
  commandTimeoutMs: limitMs = 2000,
}: RedisOptions): Promise<OpenRedis> {
  const name = describeAccess(access)
  let present: Connection | undefined
  let ended = false
  let connections = 0
  let circuit: Circuit | undefined
  let patienceMs = Math.max(limitMs, startMs)
  const keys = keyNames(prefix, access)
  const memory = createMemory(keys.marks, { clock, log })
  const write = async ({ commands }: Connection) => inTime(memory.mark(commands), patienceMs)
  const reopen = async () => {
    let mine: Connection | undefined
    const next = await connect({ access, limitMs: patienceMs }, (error) => {
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
  const look = () => guard.ask('mark', 0, () => write(present!)).then(() => circuit!.wrote())
  const beat = async () => {
    await look()
    const looked = present
    await looked!.check().catch((error) => looked === present && circuit!.lost(error))
  }
  circuit = createCircuit({ look: beat, reopen, log })
  const guard = createGuard({ circuit, limitMs, name })
  return {
    client: guarded(guard, () => present!.commands),
    keys,
    memory,
    probe: look,
    figures: () => ({
      ...guard.figures(),
      up: circuit.trouble() === undefined,
      connections,
      aheadSeconds: memory.aheadMs() / 1000,
    }),
    async [Symbol.asyncDispose]() {
      ended = true
      circuit.end()
      present?.destroy()
    },
  }
}

/** Each command, sent over the connection of that moment. */
function guarded(guard: Guard, present: () => Commands): Commands {
  const commands = commandNames.map((name) => {
    const ask = (...given: unknown[]) => {
      const commands = present()
      const command = commands[name] as (...given: unknown[]) => Promise<unknown>
      return guard.ask(name, bytesOf(given), () => command.apply(commands, given))
    }
    return [name, ask] as const
  })
  return Object.fromEntries(commands) as unknown as Commands
}

function bytesOf(given: readonly unknown[]): number {
  return given.reduce<number>((sum, one) => sum + (typeof one === 'string' ? one.length : 0), 0)
}
