import { gzipSync } from 'node:zlib'
import { consolePages } from '../../src/console/pages.ts'
import { consoleFolder, openConsole, settings, shownAddresses } from './console-store.ts'
import { type Figure, printFigures, tableText } from './figures.ts'
import { startGatehouse } from './gatehouse-process.ts'
import { cpuMs } from './process-cost.ts'

/**
 * `npm run bench:console`: every page of the console with 100,000 users, 5,000 roles, 10,000
 * policies and `--events=N` audit events (200,000; ten million take 14 GB and some ten minutes to
 * make, once). CPU of the server's process for one view, all threads, as the mean of `--rounds=N`
 * views (20), once the indexes that it keeps are there; and the bytes of the first paint: the
 * page, its style sheet and its scripts, each compressed by gzip. `--users=N`, `--roles=N`: other
 * sizes. `--only=PART`: pages whose path has it.
 */
const option = (name: string) =>
  process.argv.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3)
const number = (name: string, standard: number) => Number(option(name) ?? standard)

const mostCpuMs = 50
const mostBytes = { page: 60_000, editor: 250_000 }
const warmUp = 3
/** CPU in three seconds of a server that has nothing to do. */
const idleMs = 60
const rounds = number('rounds', 20)
const sizes = {
  users: number('users', 100_000),
  roles: number('roles', 5000),
  events: number('events', 200_000),
}

const told = (what: string) => console.error(`bench console: ${what}`)
const folder = await consoleFolder(sizes, told)
const addresses = await shownAddresses(folder)
await using server = await startGatehouse(await settings(), { folder })
const origin = `http://localhost:${server.port}`
const browser = await openConsole(origin)

/** Opens what begins to index something, and waits until the server is idle. */
async function indexesReady(): Promise<void> {
  for (const path of ['/console/users', '/console/roles', '/console/policies', '/console/audit'])
    await browser.get(path)
  for (let before = cpuMs(server.pid); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 3000))
    const now = cpuMs(server.pid)
    if (now - before <= idleMs) return
    before = now
  }
}
told('waits for the indexes')
await indexesReady()

const compressed = new Map<string, number>()

/** The compressed bytes of a page and of what it needs before it is painted. */
async function firstPaint(text: string): Promise<number> {
  const needs = new Set(
    [...text.matchAll(/(?:<link rel="stylesheet" href|<script[^>]* src)="([^"]+)"/g)].map(
      ([, address]) => address!,
    ),
  )
  const sprite = /<use href="([^"#]+)#/.exec(text)?.[1]
  if (sprite !== undefined) needs.add(sprite)
  let sum = gzipSync(text).length
  for (const address of needs) {
    const known = compressed.get(address) ?? gzipSync((await browser.get(address)).text).length
    compressed.set(address, known)
    sum += known
  }
  return sum
}

interface Measured {
  readonly page: string
  readonly cpu: number
  readonly bytes: number
  readonly most: number
}

/** Undefined for a page of a thing that this store does not have. */
async function measure(page: string, address: string): Promise<Measured | undefined> {
  const first = await browser.get(address)
  if (first.status !== 200) {
    told(`${address} is left out: ${first.status} ${first.title}`)
    return undefined
  }
  for (let i = 1; i < warmUp; i++) await browser.get(address)
  const before = cpuMs(server.pid)
  for (let i = 0; i < rounds; i++) await browser.get(address)
  const cpu = (cpuMs(server.pid) - before) / rounds
  const isEditor = first.text.includes('policy-editor')
  const bytes = await firstPaint(first.text)
  return { page, cpu, bytes, most: mostBytes[isEditor ? 'editor' : 'page'] }
}

/** The first event of the oldest file, and a day in the middle. */
const oldest = '00000064-0000-4000-8000-000000000000'
const dayAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)

/** Views that look at more than the page of the shown thing: by path, what and at which address. */
const more: Readonly<Record<string, readonly (readonly [what: string, address: string])[]>> = {
  '/console/groups/:name': [['of 90,000', '/console/groups/everybody']],
  '/console/groups/:name/add-members': [['of 90,000', '/console/groups/everybody/add-members']],
  '/console/groups/:name/delete': [['of 90,000', '/console/groups/everybody/delete']],
  '/console/who-can': [['what a role reaches', '/console/who-can?from=role%2Frole-1']],
  '/console/audit': [
    ['of a person', '/console/audit?person=user-77'],
    ['of 11,111 persons', '/console/audit?person=user-9*&outcome=allowed'],
    ['of nobody', '/console/audit?person=nobody'],
    ['of an action', '/console/audit?action=iam%3ACreateUser'],
    ['of a day long ago', `/console/audit?from=${dayAgo(45)}&to=${dayAgo(45)}`],
    ['by an id', `/console/audit?event=${oldest}`],
  ],
  '/console/audit/:event': [['of the oldest file', `/console/audit/${oldest}`]],
  '/console/audit/:event/sign-in': [['of the oldest file', `/console/audit/${oldest}/sign-in`]],
}

/** Views beside the pages themselves: searches, and those of many. */
function* views(): Generator<readonly [page: string, address: string]> {
  for (const page of consolePages) {
    const address = addresses[page.path] ?? page.path
    yield [page.path, address]
    if (page.kind === 'list') yield [`${page.path}?name=`, `${page.path}?name=er-9`]
    for (const [what, query] of more[page.path] ?? []) yield [`${page.path} ${what}`, query]
  }
}

const wanted = option('only') ?? ''
const found: Measured[] = []
for (const [page, address] of views())
  if (page.includes(wanted)) found.push(...[await measure(page, address)].filter((one) => !!one))

const percent = (value: number) => value.toFixed(2)
const figures = found.flatMap(({ page, cpu, bytes, most }): Figure[] => [
  {
    ...{ bench: 'console', figure: `${page}: CPU`, value: cpu, unit: 'ms' },
    ...{ reference: `${mostCpuMs} ms`, ratio: cpu / mostCpuMs },
  },
  {
    ...{ bench: 'console', figure: `${page}: first paint`, value: bytes / 1000, unit: 'kB' },
    ...{ reference: `${most / 1000} kB`, ratio: bytes / most },
  },
])
told(`${sizes.users} users, ${sizes.roles} roles, ${sizes.events} events`)
printFigures(
  [...figures, { bench: 'console', figure: 'audit events', value: sizes.events, unit: 'events' }],
  tableText(
    ['page', 'CPU ms', `of ${mostCpuMs}`, 'kB', 'of what may be'],
    found
      .toSorted((one, other) => other.cpu - one.cpu)
      .map(({ page, cpu, bytes, most }) => [
        page,
        cpu.toFixed(1),
        percent(cpu / mostCpuMs),
        (bytes / 1000).toFixed(1),
        percent(bytes / most),
      ]),
  ),
)
