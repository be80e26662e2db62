import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort, startPeer, untilReady } from '../peers/child.ts'

export interface GatehouseProcess extends AsyncDisposable {
  readonly port: number
  readonly pid: number
  readonly operations: string
  /** Its settings, database, key and audit trail. */
  readonly folder: string
  /** From the start of the process to "gatehouse listens on", in milliseconds. */
  readonly startMs: number
}
export interface GatehouseOptions {
  /** Arguments for node itself, as `--cpu-prof`. */
  readonly nodeArguments?: readonly string[]
  /** Starts on the data of an earlier one, whose folder this is. */
  readonly folder?: string
  /** The section `store`; absent: a SQLite file in the folder. */
  readonly store?: string
  /** The file of the root key, where nodes share one. */
  readonly rootKey?: string
  /** More of `listen`. */
  readonly listener?: string
  /** Called once the process is there, long before it listens. */
  readonly spawned?: (pid: number) => void
}

const home = resolve(import.meta.dirname, '../..')

/**
 * `gatehouse serve` as it is shipped: embedded SQLite, audit to a file. `rest`: YAML of accounts,
 * connectors and mappings.
 */
export async function startGatehouse(
  rest: string,
  { nodeArguments = [], folder: given, listener = '', spawned, ...more }: GatehouseOptions = {},
): Promise<GatehouseProcess> {
  await using undo = new AsyncDisposableStack()
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'gatehouse-bench-')))
  if (given === undefined) undo.defer(() => rm(folder, { recursive: true, force: true }))
  const [port, operationsPort] = [await freePort(), await freePort()]
  const file = join(folder, 'gatehouse.yaml')
  await writeFile(
    file,
    `
listen: { port: ${port}${listener} }
publicUrl: http://localhost:${port}
operations: { port: ${operationsPort} }
store: { ${more.store ?? `sqlite: ${join(folder, 'gatehouse.db')}`} }
keys: { rootKey: { file: ${more.rootKey ?? join(folder, 'root.key')} } }
audit: { file: ${join(folder, 'audit.jsonl')} }
shutdown: { idle: 0s }
${rest}`,
  )
  const startedAt = performance.now()
  const peer = undo.use(
    startPeer(process.execPath, [
      ...nodeArguments,
      join(home, 'bin/gatehouse.js'),
      'serve',
      '--config',
      file,
    ]),
  )
  spawned?.(peer.pid)
  await untilReady(peer, async () => peer.said().includes('gatehouse listens on'))
  const startMs = performance.now() - startedAt
  const owned = undo.move()
  return {
    port,
    pid: peer.pid,
    operations: `http://127.0.0.1:${operationsPort}`,
    folder,
    startMs,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
