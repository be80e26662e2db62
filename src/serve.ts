import { availableParallelism } from 'node:os'
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
import { listening } from './http/listening.ts'
import type { Log } from './kernel/log.ts'

/** One process that serves, or several that share a listener. */
interface ServingNode extends AsyncDisposable {
  /** The addresses of the two listeners: `http://127.0.0.1:8080`. */
  readonly address: string
  readonly operationsAddress: string
  /** Applies settings. Throws, with the old ones still in force, when it can't. */
  reload(next: Configuration): Promise<void>
  /**
   * Makes `/readyz` answer 503, waits, and drains the public listener, as the section `shutdown`
   * says; the operations listener answers meanwhile. `hurry` ends the waiting for others, not for
   * requests in progress. Disposing without it is as with a hurry from the start.
   */
  stop(hurry: AbortSignal): Promise<void>
}

export interface Serving extends Omit<ServingNode, 'reload'> {
  /** The public address. */
  readonly publicUrl: string
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
  /** What a process runs that serves beside others (`workers` of the settings). */
  readonly workerProgram: string
}

/**
 * `gatehouse serve --config FILE`: opens everything and listens. Returns undefined when the file
 * has problems, which were reported.
 */
export async function serve(
  path: string,
  { env, log, problem, newStore, workerProgram }: ServePorts,
): Promise<Serving | undefined> {
  const configuration = await loadSettings(path, env)
  if (!configuration.ok) {
    for (const one of configuration.problems) problem(problemLine(one))
    return undefined
  }
  for (const one of configuration.warnings) log('settings-warning', { problem: problemLine(one) })
  await using opened = new AsyncDisposableStack()
  const { shutdown, publicUrl, workers } = configuration.settings
  const count = workers === 'auto' ? availableParallelism() : workers
  const node = opened.use(
    count === 1
      ? await serveAlone(configuration, { log, env, newStore })
      : await (await import('./workers/primary.ts')).serveByWorkers(configuration, {
          ...{ count, log, newStore, program: workerProgram },
        }),
  )
  let running: Configuration = configuration
  let turn: Promise<void> = Promise.resolve()
  const reload = () => {
    turn = turn.then(async () => {
      running = await reloaded(path, { env, log, problem }, node.reload, running)
    })
    return turn
  }
  opened.use(watchSettings(path, () => void reload()))
  const owned = opened.move()
  return {
    address: node.address,
    operationsAddress: node.operationsAddress,
    publicUrl,
    stop: node.stop,
    longestStopMs: shutdown.delayMs + shutdown.idleMs + shutdown.timeoutMs,
    reload,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function serveAlone(
  configuration: Configuration,
  ports: Pick<ServePorts, 'log' | 'env' | 'newStore'>,
): Promise<ServingNode> {
  const { openGatehouse } = await import('./gatehouse.ts')
  await using opened = new AsyncDisposableStack()
  const gatehouse = opened.use(await openGatehouse(configuration, ports))
  const { listen, operations, shutdown } = configuration.settings
  // Answers until the other one has stopped.
  const inner = opened.use(await listening(gatehouse.operations, operations))
  const main = opened.use(await listening(gatehouse.app, listen))
  const owned = opened.move()
  return {
    address: main.address,
    operationsAddress: inner.address,
    reload: gatehouse.reload,
    async stop(hurry) {
      gatehouse.retire()
      await pause(shutdown.delayMs, undefined, { signal: hurry }).catch(() => undefined)
      await main.drain({ ...shutdown, hurry })
      await inner.drain({ idleMs: 0, timeoutMs: 1000 })
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function reloaded(
  path: string,
  { env, log, problem }: Pick<ServePorts, 'env' | 'log' | 'problem'>,
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
