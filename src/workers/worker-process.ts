import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import type { Log } from '../kernel/log.ts'
import { type Asking, asking } from './asks.ts'

/** A worker as the primary has it. */
export interface WorkerProcess extends Asking {
  readonly pid: number | undefined
  /** By `performance.now`. */
  readonly bornAt: number
  /** Set once it listens. */
  serves: boolean
  /** Resolves when the process is gone. */
  readonly exit: Promise<unknown>
  kill(): void
  /** Closes the channel; a worker that has stopped ends then. */
  disconnect(): void
}

/** How a worker has ended: its exit code, or the signal that killed it. */
export interface WorkerEnd {
  readonly code: number | null
  readonly signal: string | null
}

/** Says what the processes that `forkWorker` starts run. */
export function setWorkerProgram(program: string): void {
  cluster.setupPrimary({
    ...{ exec: program, args: [], serialization: 'advanced' },
    execArgv: [...process.execArgv, '--disable-warning=ExperimentalWarning'],
  })
}

/** Starts a process that shares listeners with the others. Calls `ended` once it is gone. */
export function forkWorker(ended: (how: WorkerEnd) => void): WorkerProcess {
  const worker: Worker = cluster.fork()
  const closeLast = watchConnections(worker)
  const asks = asking(worker as unknown as Parameters<typeof asking>[0])
  // A worker that could not be started, or asked, exits.
  worker.on('error', () => undefined)
  worker.once('exit', (code: number | null, signal: string | null) => {
    asks.gone()
    closeLast()
    ended({ code, signal })
  })
  return {
    ...asks,
    pid: worker.process.pid,
    bornAt: performance.now(),
    serves: false,
    exit: once(worker, 'exit'),
    kill: () => void worker.process.kill('SIGKILL'),
    disconnect: () => worker.disconnect(),
  }
}

/**
 * Notes the connection that was handed to the worker last; one at a time is under way. Returns what
 * closes it: Node forgets a connection whose worker dies before it has taken it, and the client
 * would wait for as long as it likes. One that was taken is closed here already.
 */
function watchConnections({ process }: Worker): () => void {
  interface Handed {
    close?(): void
  }
  let last: Handed | undefined
  const send = process.send.bind(process) as (...given: readonly unknown[]) => boolean
  process.send = ((message: unknown, handed: Handed | undefined, ...rest: unknown[]) => {
    if (typeof handed?.close === 'function') last = handed
    return send(message, handed, ...rest)
  }) as typeof process.send
  return () => last?.close?.()
}

export interface Ending {
  readonly number: number
  /** Asks it to stop; absent: it is killed. */
  readonly ask?: ((process: WorkerProcess) => Promise<void>) | undefined
  /** It is killed after this time. */
  readonly timeMs: number
  readonly log: Log
}

/** Ends a worker. Resolves when the process is gone. */
export async function endWorker(
  process: WorkerProcess,
  { number, ask, timeMs, log }: Ending,
): Promise<void> {
  const late = setTimeout(() => {
    log('stop-forced', { worker: number, afterMs: timeMs })
    process.kill()
  }, timeMs)
  if (!ask || !process.serves) process.kill()
  // Whoever can't stop is killed; whoever is gone meanwhile can't be asked.
  else await ask(process).then(process.disconnect, process.kill)
  await process.exit
  clearTimeout(late)
}
