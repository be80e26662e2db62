import cluster from 'node:cluster'
import { type Configuration, configurationOf } from '../config/load.ts'
import type { Environment } from '../config/references.ts'
import { type Gatehouse, openGatehouse } from '../gatehouse.ts'
import { type Listening, listening } from '../http/listening.ts'
import type { Log } from '../kernel/log.ts'
import { type Asks, answering, type Beginning } from './asks.ts'

export interface WorkerPorts {
  readonly env: Environment
  /** The operator's log of the worker with this number. */
  readonly log: (number: number) => Log
  /** Called once it listens. */
  readonly started: () => void
}

/** A primary that is gone asks for no stop: requests in progress have this long. */
const orphanMs = 5000
/** What hangs then, such as a volume, must not keep the process. */
const orphanEndMs = 15_000

/**
 * Serves as one of the workers of a node: does what the primary asks, and nothing on a signal,
 * which goes to all processes of a terminal or a service at once. Ends by itself when the primary
 * is gone. Resolves when everything is closed.
 */
export async function serveAsWorker(ports: WorkerPorts): Promise<void> {
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined)
  const { worker } = cluster
  if (!worker) throw new Error('a worker is started by the process that serves')
  const over = Promise.withResolvers<void>()
  const hurry = new AbortController()
  let opened: Opened | undefined
  const serving = () => {
    if (!opened) throw new Error('the worker has not begun')
    return opened
  }
  const asks: Asks = {
    async begin(given) {
      opened = await open(given, ports)
      ports.started()
      return opened.main.address
    },
    reload: (checked) => serving().gatehouse.reload(configurationOf(checked)),
    readiness: () => serving().gatehouse.readiness(),
    metrics: () => serving().gatehouse.metrics(),
    async stop(times) {
      const { main, close } = serving()
      await main.drain({ ...times, hurry: hurry.signal })
      await close()
      over.resolve()
    },
    async hurry() {
      hurry.abort()
    },
  }
  worker.on('disconnect', () => {
    if (opened) void endAsOrphan(opened).then(over.resolve, over.reject)
    else over.resolve()
    // Otherwise Node ends the process right after this, whatever is under way.
    worker.exitedAfterDisconnect = true
  })
  answering(process as unknown as Parameters<typeof answering>[0], asks)
  await over.promise
}

interface Opened {
  readonly gatehouse: Gatehouse
  readonly main: Listening
  /** Closes everything, once. */
  readonly close: () => Promise<void>
}

async function open(
  { checked, newStore, number, joins }: Beginning,
  { env, log }: WorkerPorts,
): Promise<Opened> {
  const configuration: Configuration = configurationOf(checked)
  await using stack = new AsyncDisposableStack()
  const sweeps = joins ? 'later' : 'at-once'
  const gatehouse = stack.use(
    await openGatehouse(configuration, {
      env,
      newStore,
      log: log(number),
      shares: { outbox: number === 1 ? sweeps : 'never' },
    }),
  )
  const main = stack.use(await listening(gatehouse.app, configuration.settings.listen))
  const owned = stack.move()
  return { gatehouse, main, close: () => owned.disposeAsync() }
}

async function endAsOrphan({ main, close }: Opened): Promise<void> {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), orphanEndMs).unref()
  await main.drain({ idleMs: 0, timeoutMs: orphanMs })
  await close()
}
