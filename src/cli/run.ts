import { pino } from 'pino'
import type { Environment } from '../config/references.ts'
import type { Log } from '../gatehouse.ts'
import { serve, type Serving } from '../serve.ts'
import type { Output } from './check.ts'
import { tidyHeap } from './tidy-heap.ts'

export interface RunOptions {
  readonly env: Environment
  readonly output: Output
  /** The demo is quiet: what a person reads there is not a log. */
  readonly level?: 'info' | 'warn'
}

/**
 * Serves until SIGTERM or SIGINT, then ends in order; SIGHUP reads the file again. `started` is told once everything listens.
 * Exit codes: 0 ended as asked, 1 the file is not fit or something that it names can't be opened.
 */
export async function run(path: string, { env, output, level = 'info' }: RunOptions, started: (serving: Serving) => void): Promise<number> {
  const log = operatorsLog(level)
  const asked = signalled('SIGTERM', 'SIGINT')
  let serving: Serving | undefined
  try {
    serving = await serve(path, { env, log, problem: output.err })
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
  process.off('SIGHUP', reload)
  return 0
}

function operatorsLog(level: 'info' | 'warn'): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }))
  const grave = /fail|refused|warning|down|lost/
  return (event, detail) => logger[grave.test(event) ? 'warn' : 'info'](detail, event)
}

function signalled(...names: readonly NodeJS.Signals[]): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  for (const name of names) process.once(name, resolve)
  return promise
}

function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') return `port ${port} is taken: end what listens there, or change \`listen.port\` or \`operations.port\``
  return error.message
}
