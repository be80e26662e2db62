import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import type { GatehouseProcess } from './gatehouse-process.ts'
import { settingsWith } from './grown-store.ts'

/**
 * How long something takes, and how long no other work was done meanwhile: the longest delay of the
 * server's event loop, in milliseconds.
 */
export interface Turns {
  readonly tookMs: number
  readonly longestMs: number
}

async function turnsOf(
  { operations }: GatehouseProcess,
  begin: () => unknown,
  isDone: () => Promise<boolean>,
): Promise<Turns> {
  const lag = async () => {
    const text = await (await fetch(`${operations}/metrics`)).text()
    return 1000 * Number(/^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(text)?.[1])
  }
  await begin()
  // Reading the figure begins the next one.
  await lag()
  const begun = performance.now()
  while (!(await isDone())) await pause(20)
  return { tookMs: performance.now() - begun, longestMs: await lag() }
}

/** A reload that brings `count` roles. */
export async function reloadOfRoles(server: GatehouseProcess, count: number): Promise<Turns> {
  const file = join(server.folder, 'gatehouse.yaml')
  const trust =
    '{ Version: "2012-10-17", Statement: { Effect: Allow, ' +
    'Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole" } }'
  const roles = Array.from(
    { length: count },
    (_, at) => `      app-${at}: { trustPolicy: ${trust} }`,
  )
  const text = await readFile(file, 'utf8')
  const next = text.replace(settingsWith(), settingsWith(`    roles:\n${roles.join('\n')}\n`))
  using store = opened(server)
  const placed = store.prepare("SELECT count(*) AS n FROM records WHERE kind = 'role'")
  return await turnsOf(
    server,
    async () => {
      await writeFile(file, next)
      process.kill(server.pid, 'SIGHUP')
    },
    async () => placed.get()?.n === count,
  )
}

/** The sweep of `count` short-lived rows whose time has passed: it comes once a minute. */
export async function sweepOfRows(server: GatehouseProcess, count: number): Promise<Turns> {
  using store = opened(server)
  store.exec('BEGIN IMMEDIATE')
  const put = store.prepare("INSERT INTO ephemeral VALUES ('rate', ?, '1', 1)")
  for (let at = 0; at < count; at++) put.run(`passed-${at}`)
  store.exec('COMMIT')
  const left = store.prepare('SELECT 1 FROM ephemeral WHERE expires_at = 1 LIMIT 1')
  // The sweep goes by the end, and then by name.
  const first = store.prepare("SELECT 1 FROM ephemeral WHERE space = 'rate' AND key = 'passed-0'")
  const begins = async () => {
    while (first.get() !== undefined) await pause(20)
  }
  return await turnsOf(server, begins, async () => left.get() === undefined)
}

function opened({ folder }: GatehouseProcess) {
  const store = new DatabaseSync(join(folder, 'gatehouse.db'), { timeout: 10_000 })
  return Object.assign(store, { [Symbol.dispose]: () => store.close() })
}
