import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort, freeze, startPeer, untilReady } from '../peers/child.ts'
import { clockOf } from './clock.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'

/** One node of several that share a store. It keeps its address when it is started again. */
export interface ChaosNode {
  readonly name: string
  readonly port: number
  readonly origin: string
  /** Health and metrics. */
  readonly operations: string
  /** The audit trail, its own. */
  readonly trail: string
  readonly pid: number
  start(): Promise<void>
  /** SIGTERM, and waits for the end. Rejects when it had to be killed. */
  stop(): Promise<void>
  kill(): Promise<void>
  freeze(): Promise<void>
  thaw(): void
  /** Sets its clock so many milliseconds off that of the others, until it is started again. */
  setClock(offMs: number): Promise<void>
  /** Whether its clock is off. */
  readonly isAstray: boolean
}

export interface Site extends AsyncDisposable {
  readonly folder: string
  readonly nodes: readonly ChaosNode[]
  /** Where they keep everything; undefined: not asked for, or disks can't be mounted here. */
  readonly disk: SmallDisk | undefined
}

const home = resolve(import.meta.dirname, '../..')

export interface NodesOptions {
  /** More settings, in YAML: `store` and, where it is not the store's, `ephemeral`. */
  readonly rest: (folder: string, name: string) => string
  /** Absent: the address of the first node. */
  readonly publicUrl?: string | undefined
  /** More of `listen`. */
  readonly listener?: string | undefined
  /** Keep everything on a disk of so many MiB, where one can be mounted. */
  readonly diskMib?: number | undefined
}

/** Names count from one. */
export const nodeName = (at: number): string => `node-${at + 1}`

/** Starts nodes with the same settings. The first makes the store, the others follow. */
export async function openNodes(
  count: number,
  { rest, publicUrl, listener = '', diskMib }: NodesOptions,
): Promise<Site> {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-chaos-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const disk = diskMib === undefined ? undefined : await mountSmallDisk(folder, diskMib)
  if (disk) undo.use(disk)
  const firstPort = await freePort()
  const nodes: ChaosNode[] = []
  for (let at = 0; at < count; at++) {
    const name = nodeName(at)
    const node = await openNode(name, {
      ...{ folder, listener, rest: rest(folder, name) },
      publicUrl: publicUrl ?? `http://localhost:${firstPort}`,
      port: at === 0 ? firstPort : await freePort(),
    })
    undo.defer(() => node.kill())
    await node.start()
    nodes.push(node)
  }
  const owned = undo.move()
  return { folder, nodes, disk, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

interface NodeOptions {
  readonly folder: string
  readonly publicUrl: string
  readonly port: number
  readonly listener: string
  readonly rest: string
}

async function openNode(
  name: string,
  { folder, publicUrl, port, listener, rest }: NodeOptions,
): Promise<ChaosNode> {
  const own = join(folder, name)
  await mkdir(own)
  const operationsPort = await freePort()
  const [config, trail] = [join(own, 'gatehouse.yaml'), join(own, 'audit.jsonl')]
  await writeFile(
    config,
    `
listen: { port: ${port}${listener} }
publicUrl: ${publicUrl}
operations: { port: ${operationsPort} }
keys: { rootKey: { file: ${join(folder, 'root.key')} } }
audit: { file: ${trail} }
shutdown: { idle: 1s }
${rest}`,
  )
  const clock = clockOf(own)
  let peer: ReturnType<typeof startPeer> | undefined
  const running = () => {
    if (!peer) throw new Error(`${name} is not there`)
    return peer
  }
  return {
    ...{ name, port, trail, origin: `http://localhost:${port}` },
    operations: `http://127.0.0.1:${operationsPort}`,
    get pid() {
      return running().pid
    },
    async start() {
      const started = startPeer(process.execPath, [
        '--disable-warning=ExperimentalWarning',
        ...clock.nodeArguments,
        ...[join(home, 'src/main.ts'), 'serve', '--config', config],
      ])
      peer = started
      clock.isRight()
      await untilReady(started, async () => started.said().includes('gatehouse listens on'))
    },
    async stop() {
      const stopping = running()
      await stopping[Symbol.asyncDispose]()
      if (stopping.said().includes('stop-forced')) throw new Error(`${name} did not stop in time`)
    },
    async kill() {
      const killed = peer
      if (!killed || killed.ended()) return
      process.kill(killed.pid, 'SIGKILL')
      await killed[Symbol.asyncDispose]()
    },
    freeze: () => freeze(running().pid),
    thaw: () => void process.kill(running().pid, 'SIGCONT'),
    setClock: (offMs) => clock.set(running().pid, offMs),
    get isAstray() {
      return clock.isAstray()
    },
  }
}
