import { setTimeout as pause } from 'node:timers/promises'
import {
  type Configuration,
  type LoadedSettings,
  loadSettings,
  problemLine,
} from './config/load.ts'
import { loadSettingsAside } from './config/load-aside.ts'
import type { Environment } from './config/references.ts'
import { waitingForStart } from './config/takes-effect.ts'
import { watchSettings } from './config/watch.ts'
import { openGatehouse } from './gatehouse.ts'
import { listening } from './http/listening.ts'
import type { Log } from './kernel/log.ts'

export interface Serving extends AsyncDisposable {
  /** The addresses of the two listeners: `http://127.0.0.1:8080`. */
  readonly address: string
  readonly operationsAddress: string
  /** The public address. */
  readonly publicUrl: string
  /**
   * Makes `/readyz` answer 503, waits, and drains the public listener, as the section `shutdown`
   * says; the operations listener answers meanwhile. `hurry` ends the waiting for others, not for
   * requests in progress. Disposing without it is as with a hurry from the start.
   */
  stop(hurry: AbortSignal): Promise<void>
  /** The longest that `stop` takes, in milliseconds. */
  readonly longestStopMs: number
  /** Reads the file again. A file with problems is refused as a whole, and the log has them. */
  reload(): Promise<void>
}

export interface ServePorts {
  readonly env: Environment
  readonly log: Log
  /** Each problem of the file, as `file:line:column: key: what`. */
  readonly problem: (line: string) => void
  /** Begins a store where there is none, though its root key is there. */
  readonly newStore?: boolean | undefined
}

/**
 * `gatehouse serve --config FILE`: opens everything and listens. Returns undefined when the file
 * has problems, which were reported.
 */
export async function serve(
  path: string,
  { env, log, problem, newStore }: ServePorts,
): Promise<Serving | undefined> {
  const configuration = await loadSettings(path, env)
  if (!configuration.ok) {
    for (const one of configuration.problems) problem(problemLine(one))
    return undefined
  }
  for (const one of configuration.warnings) log('settings-warning', { problem: problemLine(one) })
  await using opened = new AsyncDisposableStack()
  const gatehouse = opened.use(await openGatehouse(configuration, { log, env, newStore }))
  const { listen, operations, shutdown } = configuration.settings
  // Answers until the other one has stopped.
  const inner = opened.use(await listening(gatehouse.operations, operations))
  const main = opened.use(await listening(gatehouse.app, listen))

  let running: Configuration = configuration
  let turn: Promise<void> = Promise.resolve()
  const reload = () => {
    turn = turn.then(async () => {
      running = await reloaded(path, { env, log, problem }, gatehouse.reload, running)
    })
    return turn
  }
  opened.use(watchSettings(path, () => void reload()))
  const owned = opened.move()
  return {
    address: main.address,
    operationsAddress: inner.address,
    publicUrl: configuration.settings.publicUrl,
    async stop(hurry) {
      gatehouse.retire()
      await pause(shutdown.delayMs, undefined, { signal: hurry }).catch(() => undefined)
      await main.drain({ ...shutdown, hurry })
      await inner.drain({ idleMs: 0, timeoutMs: 1000 })
    },
    longestStopMs: shutdown.delayMs + shutdown.idleMs + shutdown.timeoutMs,
    reload,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function reloaded(
  path: string,
  { env, log, problem }: ServePorts,
  apply: (next: Configuration) => Promise<void>,
  running: Configuration,
): Promise<Configuration> {
  let next: LoadedSettings
  try {
    next = await loadSettingsAside(path, env)
    if (!next.ok) {
      const problems = next.problems.map(problemLine)
      for (const line of problems) problem(line)
      log('reload-refused', { path, problems })
      return running
    }
    await apply(next)
  } catch (error) {
    log('reload-refused', {
      path,
      problems: [error instanceof Error ? error.message : String(error)],
    })
    return running
  }
  const waiting = waitingForStart(running.settings, next.settings)
  log('reloaded', { path, ...(waiting.length > 0 && { needRestart: waiting }) })
  return next
}
