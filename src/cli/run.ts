import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../config/references.ts'
import type { Log } from '../kernel/log.ts'
import { type Serving, serve } from '../serve.ts'
import type { Output } from './check.ts'
import { operatorsLog } from './operators-log.ts'
import { tidyHeap } from './tidy-heap.ts'

export interface RunOptions {
  readonly env: Environment
  readonly output: Output
  /** The demo logs only warnings and errors: its output is for a person to read. */
  readonly level?: 'info' | 'warn' | undefined
  readonly newStore?: boolean | undefined
}

/**
 * Serves until SIGTERM or SIGINT, then shuts down in order; SIGHUP reloads the file. SIGINT, and
 * any second signal, waits for requests in progress alone: a person sits at the terminal. Calls
 * `started` once every listener is ready. Exit codes: 0 stopped by a signal, 1 the file is not fit
 * or something that it names can't be opened.
 */
export async function run(
  path: string,
  { env, output, level = 'info', newStore }: RunOptions,
  started: (serving: Serving) => void,
): Promise<number> {
  const log = operatorsLog(level, 2)
  using signals = stopSignals()
  const { asked, hurry } = signals
  let serving: Serving | undefined
  // What hangs at the start must not keep the process either.
  let longestStopMs = 0
  void asked.then((signal) => {
    log('stopping', { signal })
    endAtTheLatest(log, longestStopMs + longestEndMs)
  })
  try {
    serving = await serve(path, { env, log, problem: output.err, newStore, workerProgram })
  } catch (error) {
    output.err(`gatehouse can't start: ${whyNot(error)}`)
    return 1
  }
  if (!serving) return 1
  await using ending = serving
  const reload = () => void ending.reload()
  process.on('SIGHUP', reload)
  longestStopMs = ending.longestStopMs
  started(ending)
  tidyHeap()
  await asked
  process.off('SIGHUP', reload)
  await ending.stop(hurry)
  return 0
}

const workerProgram = fileURLToPath(
  new URL(`./worker-main${extname(import.meta.url)}`, import.meta.url),
)

/** What comes after the listener: the last write of the audit trail has 5 s, the store 2 s. */
const longestEndMs = 10_000

/**
 * Kills the process when shutdown takes too long. A file operation that never returns, on a volume
 * that hangs, keeps the process alive; `process.exit` would wait for it too, since it joins libuv's
 * threads.
 */
function endAtTheLatest(log: Log, afterMs: number): void {
  const kill = () => {
    log('stop-forced', { afterMs })
    process.kill(process.pid, 'SIGKILL')
  }
  setTimeout(kill, afterMs).unref()
}

const stopping = ['SIGTERM', 'SIGINT'] as const

/** `asked` resolves at the first signal, `hurry` is aborted by SIGINT and by a second one. */
function stopSignals() {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  const hurry = new AbortController()
  let times = 0
  const stop = (signal: NodeJS.Signals) => {
    if (times++ > 0 || signal === 'SIGINT') hurry.abort()
    resolve(signal)
  }
  for (const name of stopping) process.on(name, stop)
  return {
    asked: promise,
    hurry: hurry.signal,
    [Symbol.dispose]() {
      for (const name of stopping) process.off(name, stop)
    },
  }
}

function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE')
    return (
      `port ${port} is taken: ` +
      'end what listens there, or change `listen.port` or `operations.port`'
    )
  return error.message
}
