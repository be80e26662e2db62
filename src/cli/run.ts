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
 * Serves until SIGTERM or SIGINT, then shuts down in order; SIGHUP reloads the file. Calls
 * `started` once every listener is ready. Exit codes: 0 stopped by a signal, 1 the file is not fit
 * or something that it names can't be opened.
 */
export async function run(
  path: string,
  { env, output, level = 'info', newStore }: RunOptions,
  started: (serving: Serving) => void,
): Promise<number> {
  const log = operatorsLog(level, 2)
  const asked = signalled('SIGTERM', 'SIGINT')
  let serving: Serving | undefined
  try {
    serving = await serve(path, { env, log, problem: output.err, newStore })
  } catch (error) {
    output.err(`gatehouse can't start: ${whyNot(error)}`)
    return 1
  }
  if (!serving) return 1
  await using ending = serving
  const reload = () => void ending.reload()
  process.on('SIGHUP', reload)
  started(ending)
  tidyHeap()
  log('stopping', { signal: await asked })
  endAtTheLatest(log)
  process.off('SIGHUP', reload)
  return 0
}

/** Requests in progress have 10 s, the last write of the audit trail 5 s. */
const longestEndMs = 20_000

/**
 * Kills the process when shutdown takes too long. A file operation that never returns, on a volume
 * that hangs, keeps the process alive; `process.exit` would wait for it too, since it joins libuv's
 * threads.
 */
function endAtTheLatest(log: Log): void {
  const kill = () => {
    log('stop-forced', { afterMs: longestEndMs })
    process.kill(process.pid, 'SIGKILL')
  }
  setTimeout(kill, longestEndMs).unref()
}

function signalled(...names: readonly NodeJS.Signals[]): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  for (const name of names) process.once(name, resolve)
  return promise
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
