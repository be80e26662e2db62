import { once } from 'node:events'
import { watch } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Chain } from '../../src/audit/event.ts'
import { readSettings } from '../../src/config/load.ts'
import { type Gatehouse, openGatehouse } from '../../src/gatehouse.ts'
import { type MovableClock, movableClock } from '../conformance/ephemeral.ts'
import { freePort, startPeer, untilReady } from '../peers/child.ts'

const home = resolve(import.meta.dirname, '../..')

export interface Running extends AsyncDisposable {
  /** `http://localhost:PORT`. */
  readonly origin: string
  /** Health and metrics. */
  readonly operations: string
  readonly folder: string
  /**
   * The audit trail, once there are so many records, or those that were hoped for: it is written
   * behind the calls. All that came in two minutes otherwise.
   */
  events(
    enough: number | ((records: readonly TrailRecord[]) => boolean),
  ): Promise<readonly TrailRecord[]>
}

/** What journeys read of a CloudTrail record. */
export interface TrailRecord {
  readonly eventSource: string
  readonly eventName: string
  readonly eventTime: string
  readonly requestID: string
  readonly readOnly: boolean
  readonly userAgent: string
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly requestParameters?: Readonly<Record<string, unknown>> | null
  readonly userIdentity: {
    readonly arn?: string
    readonly userName?: string
    readonly identityProvider?: string
  }
  readonly additionalEventData: { readonly gatehouse: Chain }
}

interface SettingsParts {
  /** The YAML of accounts, connectors and mappings. */
  readonly rest: string
  /** The section; absent: a file in the folder. */
  readonly store?: string | undefined
}

/** What every journey's settings share. */
export function settingsText(
  folder: string,
  publicUrl: string,
  [port, operationsPort]: readonly [number, number],
  { rest, store = `{ sqlite: ${join(folder, 'gatehouse.db')} }` }: SettingsParts,
): string {
  // No client of a test is in the middle of a request when it stops a server.
  const shutdown = rest.includes('shutdown:') ? '' : 'shutdown: { idle: 0s }\n'
  // TLS ends at a proxy of the test.
  const proxies = publicUrl.startsWith('https:') ? ', trustedProxies: [loopback]' : ''
  return `
listen: { port: ${port}${proxies} }
publicUrl: ${publicUrl}
operations: { port: ${operationsPort} }
store: ${store}
keys: { rootKey: { file: ${join(folder, 'root.key')} } }
audit: { file: ${join(folder, 'audit.jsonl')} }
${shutdown}${rest}`
}

/** Accounts, people and rules of the shipped demo. */
export async function demoSettings(): Promise<string> {
  const text = await readFile(join(home, 'config/demo/gatehouse.yaml'), 'utf8')
  return text
    .slice(text.indexOf('connectors:'))
    .replace('${file:broker-secret', `\${file:${join(home, 'config/demo')}/broker-secret`)
}

async function readEvents(
  folder: string,
  enough: Parameters<Running['events']>[0],
): Promise<readonly TrailRecord[]> {
  const patience = AbortSignal.timeout(120_000)
  const watcher = watch(folder)
  let written = Promise.withResolvers<void>()
  watcher.on('change', (_, name) => name === 'audit.jsonl' && written.resolve())
  patience.addEventListener('abort', () => written.resolve())
  try {
    for (;;) {
      const lines = (await readFile(join(folder, 'audit.jsonl'), 'utf8').catch(() => '')).split(
        '\n',
      )
      // The last piece is empty, or a record that is being written.
      const records: readonly TrailRecord[] = lines.slice(0, -1).map((line) => JSON.parse(line))
      const isEnough = typeof enough === 'number' ? records.length >= enough : enough(records)
      if (isEnough || patience.aborted) return records
      await written.promise
      written = Promise.withResolvers()
    }
  } finally {
    watcher.close()
  }
}

export interface RunningHere extends Running {
  readonly clock: MovableClock
  /** The operator's log. */
  readonly logged: readonly string[]
  /** Puts other settings in the place of `rest`, as a changed file would. */
  reload(rest: string): Promise<void>
}

/** A whole Gatehouse in this process, whose time the test moves. `listener`: more of `listen`. */
export async function openRunning(
  rest: string,
  startsAt = new Date(),
  listener = '',
): Promise<RunningHere> {
  return openNodes(rest, { startsAt, listener })
}

export interface RunningNodes extends RunningHere {
  /** What each node answers by itself. */
  readonly nodes: readonly { readonly origin: string; reload(rest: string): Promise<void> }[]
}

interface NodesOptions {
  readonly count?: number
  readonly startsAt?: Date
  readonly listener?: string
  /** The section of the settings that all share; absent: a file of the folder. */
  readonly store?: string | undefined
}

/**
 * Nodes of one house in this process, on one store and behind one address, which sends each request
 * to the next of them. They write one trail each and log together.
 */
export async function openNodes(
  rest: string,
  { count = 1, startsAt = new Date(), listener = '', store }: NodesOptions = {},
): Promise<RunningNodes> {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-journey-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const clock = movableClock(startsAt)
  const read = (of: string, node: number) => {
    const configuration = readSettings(
      settingsText(folder, 'http://localhost:1', [1, 2], { rest: of, store })
        .replace('listen: { port: 1 }', `listen: { port: 1${listener} }`)
        .replace('audit.jsonl', node === 0 ? 'audit.jsonl' : `audit-${node}.jsonl`),
      join(home, 'config/demo/journey.yaml'),
      process.env,
    )
    if (!configuration.ok) throw new Error(JSON.stringify(configuration.problems))
    return configuration
  }
  // The address has to be known before there is anything to listen with.
  let answer: RequestListener = (_req, res) => void res.writeHead(503).end()
  const port = await listen(undo, (req, res) => answer(req, res))
  const origin = `http://localhost:${port}`
  const logged: string[] = []
  const log = (event: string, detail: object) =>
    void logged.push(`${event} ${JSON.stringify(detail)}`)
  const houses: Gatehouse[] = []
  const ports = { env: process.env, log, clock, publicUrl: new URL(origin) }
  for (let node = 0; node < count; node++)
    houses.push(undo.use(await openGatehouse(read(rest, node), ports)))
  let turn = 0
  answer = (req, res) => houses[turn++ % count]!.app(req, res)
  const operations = `http://127.0.0.1:${await listen(undo, houses[0]!.operations)}`
  const reloadNode = (node: number) => async (of: string) =>
    void (await houses[node]!.reload(read(of, node)))
  const nodes = await Promise.all(
    houses.map(async ({ app }, node) => ({
      origin: count === 1 ? origin : `http://localhost:${await listen(undo, app)}`,
      reload: reloadNode(node),
    })),
  )
  const owned = undo.move()
  return {
    origin,
    operations,
    folder,
    clock,
    logged,
    nodes,
    events: (enough) => readEvents(folder, enough),
    reload: async (of) => void (await Promise.all(nodes.map((node) => node.reload(of)))),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Listens on a free port until `undo` is disposed. */
async function listen(undo: AsyncDisposableStack, listener: RequestListener): Promise<number> {
  // As `serve` has it: a client that was held up for five seconds must not write to a connection
  // that is being closed.
  const server = createServer({ keepAliveTimeout: 65_000 }, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  undo.defer(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return (server.address() as AddressInfo).port
}

/** Where a server's data and address outlive the server. */
export interface Site extends AsyncDisposable {
  readonly folder: string
  readonly origin: string
}

export async function openSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-journey-'))
  return {
    folder,
    origin: `http://localhost:${await freePort()}`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

export interface Served extends Running {
  readonly pid: number
  readonly configFile: string
  /** Puts other connectors, mappings and accounts into the settings file. */
  rewrite(rest: string): Promise<void>
  /** Waits until the log holds `text` this many times. */
  untilSaid(text: string, times?: number): Promise<void>
  said(): string
  ended(): boolean
}

interface ServedOptions {
  readonly beside?: boolean
  /** Where a proxy on this machine listens, in front of it. */
  readonly proxiedAt?: string | undefined
  /** The section of the settings; absent: a file of the site. */
  readonly store?: string | undefined
  /** What Node is started with in place of the command's main file. */
  readonly program?: readonly string[]
}

/**
 * `gatehouse serve` as a process of its own, on the site's data and address; `beside` a first one,
 * it listens elsewhere.
 */
export async function startServed(
  { folder, origin: publicUrl }: Site,
  rest: string,
  { beside = false, proxiedAt, store, program = [join(home, 'src/main.ts')] }: ServedOptions = {},
): Promise<Served> {
  const origin = beside ? `http://localhost:${await freePort()}` : publicUrl
  const operations = `http://127.0.0.1:${await freePort()}`
  const ports = [origin, operations].map((url) => Number(new URL(url).port)) as [number, number]
  const configFile = join(folder, `gatehouse-${ports[0]}.yaml`)
  const rewrite = (text: string) =>
    writeFile(
      configFile,
      settingsText(folder, proxiedAt ?? publicUrl, ports, { rest: text, store }),
    )
  await rewrite(rest)
  const peer = startPeer(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    ...program,
    'serve',
    '--config',
    configFile,
  ])
  const untilSaid = (text: string, times = 1) =>
    untilReady(peer, async () => peer.said().split(text).length > times)
  try {
    await untilSaid('gatehouse listens on')
  } catch (error) {
    await peer[Symbol.asyncDispose]()
    throw error
  }
  return {
    origin,
    operations,
    folder,
    configFile,
    pid: peer.pid,
    said: peer.said,
    ended: peer.ended,
    rewrite,
    untilSaid,
    events: (enough) => readEvents(folder, enough),
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  }
}
