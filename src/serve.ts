import { loadSettings, problemLine } from './config/load.ts'
import type { Environment } from './config/references.ts'
import { watchSettings } from './config/watch.ts'
import { type Configuration, type Log, openGatehouse } from './gatehouse.ts'
import { listening } from './http/listening.ts'

export interface Serving extends AsyncDisposable {
  /** Where the two listeners are: `http://127.0.0.1:8080`. */
  readonly address: string
  readonly operationsAddress: string
  /** How the outside reaches it. */
  readonly publicUrl: string
  /** Reads the file again; a bad one is refused whole, and told in the log. */
  reload(): Promise<void>
}

export interface ServePorts {
  readonly env: Environment
  readonly log: Log
  /** Each problem of the file, as `file:line:column: key: what`. */
  readonly problem: (line: string) => void
}

/** `gatehouse serve --config FILE`: opens everything and listens. undefined: the file is not fit, and its problems were told. */
export async function serve(path: string, { env, log, problem }: ServePorts): Promise<Serving | undefined> {
  const configuration = await loadSettings(path, env)
  if (!configuration.ok) {
    for (const one of configuration.problems) problem(problemLine(one))
    return undefined
  }
  for (const one of configuration.warnings) log('settings-warning', { problem: problemLine(one) })
  await using opened = new AsyncDisposableStack()
  const gatehouse = opened.use(await openGatehouse(configuration, { log, env }))
  const { listen, operations } = configuration.settings
  const main = opened.use(await listening(gatehouse.app, listen))
  const inner = opened.use(await listening(gatehouse.operations, operations))

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
  return { address: main.address, operationsAddress: inner.address, publicUrl: configuration.settings.publicUrl, reload, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Settings that are read once: a change of theirs waits for the next start. */
const atStartOnly = ['listen', 'publicUrl', 'operations', 'region', 'store', 'ephemeral', 'keys', 'branding', 'audit', 'limits', 'session', 'outbound', 'webIdentity'] as const

async function reloaded(path: string, { env, log, problem }: ServePorts, apply: (next: Configuration) => Promise<void>, running: Configuration): Promise<Configuration> {
  const next = await loadSettings(path, env)
  if (!next.ok) {
    const problems = next.problems.map(problemLine)
    for (const line of problems) problem(line)
    log('reload-refused', { path, problems })
    return running
  }
  try {
    await apply(next)
  } catch (error) {
    log('reload-refused', { path, problems: [error instanceof Error ? error.message : String(error)] })
    return running
  }
  const waiting = atStartOnly.filter((key) => JSON.stringify(next.settings[key]) !== JSON.stringify(running.settings[key]))
  log('reloaded', { path, ...(waiting.length > 0 && { needRestart: waiting }) })
  return next
}
