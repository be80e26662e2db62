import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openPostgres } from '../peers/postgres.ts'
import { openRedis } from '../peers/redis.ts'
import {
  type GatehouseOptions,
  type GatehouseProcess,
  startGatehouse,
} from './gatehouse-process.ts'
import { cpuMs } from './process-cost.ts'

/** One way to run Gatehouse, with the same settings as the others. */
export interface Topology extends AsyncDisposable {
  readonly name: string
  /** Where it listens: load is spread over them. */
  readonly ports: readonly number[]
  /** How many serve. */
  readonly processes: number
  /** CPU of all processes of Gatehouse so far, in milliseconds. */
  cpuMs(): number
  /**
   * Bytes to and from the store so far: over its connections, or, where it is a file, what was
   * written to disk and is not the audit log.
   */
  storeBytes(): number
}

const names = ['sqlite', 'sqlite, 2 workers', 'postgres', 'postgres + redis, 2 nodes'] as const
export type TopologyName = (typeof names)[number]
export const topologyNames: readonly TopologyName[] = names

/**
 * Opens a topology. `more`: of each process. Rejects where the servers that it needs are not
 * installed.
 */
export function openTopology(
  name: TopologyName,
  settings: string,
  more: GatehouseOptions,
): Promise<Topology> {
  if (name === 'sqlite') return onFile(name, settings, more)
  if (name === 'sqlite, 2 workers') return onFile(name, `workers: 2\n${settings}`, more)
  return onServers(name, settings, more)
}

async function onFile(name: string, settings: string, more: GatehouseOptions): Promise<Topology> {
  const gatehouse = await startGatehouse(settings, more)
  const pids = () => [gatehouse.pid, ...childrenOf(gatehouse.pid)]
  const audit = join(gatehouse.folder, 'audit.jsonl')
  return {
    name,
    ports: [gatehouse.port],
    processes: name === 'sqlite, 2 workers' ? 2 : 1,
    cpuMs: () => sum(pids().map(cpuMs)),
    storeBytes: () => sum(pids().map(writtenBytes)) - statSync(audit).size,
    [Symbol.asyncDispose]: () => gatehouse[Symbol.asyncDispose](),
  }
}

async function onServers(
  name: TopologyName,
  settings: string,
  more: GatehouseOptions,
): Promise<Topology> {
  await using undo = new AsyncDisposableStack()
  const postgres = undo.use(await openPostgres())
  // It syncs as the others do.
  await postgres.stop()
  await postgres.start({ fsync: 'on', full_page_writes: 'on' })
  const redis = name === 'postgres' ? undefined : undo.use(await openRedis())
  const ephemeral = redis ? `ephemeral: { redis: "${redis.url}" }\n` : ''
  const store = `postgres: { url: "${postgres.url}" }`
  const first = undo.use(await startGatehouse(`${ephemeral}${settings}`, { ...more, store }))
  const nodes: GatehouseProcess[] = [first]
  if (redis) {
    const rootKey = join(first.folder, 'root.key')
    const second = { ...more, store, rootKey }
    nodes.push(undo.use(await startGatehouse(`${ephemeral}${settings}`, second)))
  }
  const ports = [postgres.port, ...(redis ? [Number(new URL(redis.url).port)] : [])]
  const owned = undo.move()
  return {
    name,
    ports: nodes.map(({ port }) => port),
    processes: nodes.length,
    cpuMs: () => sum(nodes.map(({ pid }) => cpuMs(pid))),
    storeBytes: () => sum(ports.map(connectionBytes)),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.split(' ').filter(Boolean).map(Number)
}

/** proc(5), `io`: what the process caused to be written to disks. */
function writtenBytes(pid: number): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
}

/** Both ways, over the connections that lead to a port of this machine now (ss(8)). */
function connectionBytes(port: number): number {
  const told = execFileSync('ss', ['-tinH', 'dport', '=', `:${port}`], { encoding: 'utf8' })
  const bytes = told.matchAll(/bytes_(?:acked|received):(\d+)/g)
  return sum(Array.from(bytes, ([, number]) => Number(number)))
}
