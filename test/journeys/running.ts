import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Chain } from '../../src/audit/event.ts'
import { readSettings } from '../../src/config/load.ts'
import { openGatehouse } from '../../src/gatehouse.ts'
import { type MovableClock, movableClock } from '../conformance/ephemeral.ts'
import { freePort, startPeer, untilReady } from '../peers/child.ts'

const home = resolve(import.meta.dirname, '../..')

export interface Running extends AsyncDisposable {
  /** `http://localhost:PORT`. */
  readonly origin: string
  /** Health and metrics. */
  readonly operations: string
  readonly folder: string
  /** The audit trail, once it holds `least` records: it is written behind the callers' road. */
  events(least?: number): Promise<readonly TrailRecord[]>
}

/** What journeys read of a CloudTrail record. */
export interface TrailRecord {
  readonly eventName: string
  readonly eventTime: string
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly userIdentity: { readonly arn?: string; readonly userName?: string }
  readonly additionalEventData: { readonly gatehouse: Chain }
}

/** What every journey's settings share; `rest` is the YAML of accounts, connectors and mappings. */
function settingsText(folder: string, port: number, operationsPort: number, rest: string): string {
  return `
listen: { port: ${port} }
publicUrl: http://localhost:${port}
operations: { port: ${operationsPort} }
store: { sqlite: ${join(folder, 'gatehouse.db')} }
keys: { rootKey: { file: ${join(folder, 'root.key')} } }
audit: { file: ${join(folder, 'audit.jsonl')} }
${rest}`
}

/** Accounts, people and rules of the shipped demo. */
export async function demoSettings(): Promise<string> {
  const text = await readFile(join(home, 'config/demo/gatehouse.yaml'), 'utf8')
  return text.slice(text.indexOf('connectors:')).replace('${file:broker-secret', `\${file:${join(home, 'config/demo')}/broker-secret`)
}

async function readEvents(folder: string, least = 0): Promise<readonly TrailRecord[]> {
  const until = performance.now() + 10_000
  for (;;) {
    const lines = (await readFile(join(folder, 'audit.jsonl'), 'utf8').catch(() => '')).split('\n')
    // The last piece is empty, or a record that is being written.
    if (lines.length > least || performance.now() > until) return lines.slice(0, -1).map((line) => JSON.parse(line))
    await setImmediate()
  }
}

export interface RunningHere extends Running {
  readonly clock: MovableClock
  /** The operator's log. */
  readonly logged: readonly string[]
}

/** A whole Gatehouse in this process, whose time the test moves. */
export async function openRunning(rest: string): Promise<RunningHere> {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-journey-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const clock = movableClock()
  const configuration = readSettings(settingsText(folder, 1, 2, rest), join(home, 'config/demo/journey.yaml'), process.env)
  if (!configuration.ok) throw new Error(JSON.stringify(configuration.problems))
  // The address has to be known before there is anything to listen with.
  let answer: RequestListener = (_req, res) => void res.writeHead(503).end()
  const port = await listen(undo, (req, res) => answer(req, res))
  const origin = `http://localhost:${port}`
  const logged: string[] = []
  const log = (event: string, detail: object) => void logged.push(`${event} ${JSON.stringify(detail)}`)
  const gatehouse = undo.use(await openGatehouse(configuration, { env: process.env, log, clock, publicUrl: new URL(origin) }))
  answer = gatehouse.app
  const operations = `http://127.0.0.1:${await listen(undo, gatehouse.operations)}`
  const owned = undo.move()
  return { origin, operations, folder, clock, logged, events: (least) => readEvents(folder, least), [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Listens on a free port until `undo` is disposed. */
async function listen(undo: AsyncDisposableStack, listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  undo.defer(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return (server.address() as AddressInfo).port
}

export interface Served extends Running {
  readonly pid: number
  readonly configFile: string
  said(): string
}

/** `gatehouse serve` as a process of its own; `at` starts it on the data and the port of an earlier one. */
export async function startServed(rest: string, at?: { readonly folder: string; readonly origin: string }): Promise<Served> {
  await using undo = new AsyncDisposableStack()
  const folder = at?.folder ?? await mkdtemp(join(tmpdir(), 'gatehouse-journey-'))
  if (!at) undo.defer(() => rm(folder, { recursive: true, force: true }))
  const port = at ? Number(new URL(at.origin).port) : await freePort()
  const operations = `http://127.0.0.1:${await freePort()}`
  const configFile = join(folder, 'gatehouse.yaml')
  await mkdir(dirname(configFile), { recursive: true })
  await writeFile(configFile, settingsText(folder, port, Number(new URL(operations).port), rest))
  const peer = undo.use(startPeer(process.execPath, ['--disable-warning=ExperimentalWarning', join(home, 'src/main.ts'), 'serve', '--config', configFile]))
  await untilReady(peer, async () => peer.said().includes('gatehouse listens on'))
  const owned = undo.move()
  return {
    origin: `http://localhost:${port}`, operations, folder, configFile, pid: peer.pid, said: peer.said,
    events: (least) => readEvents(folder, least), [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
