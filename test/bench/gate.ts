import { join } from 'node:path'
import { gateSettings } from '../apps/gate/gate-settings.ts'
import { opens, Visitor } from '../apps/gate/visitor.ts'
import { startPeer, untilReady } from '../peers/child.ts'
import { type Figure, median, printFigures, tableText } from './figures.ts'
import { startGatehouse } from './gatehouse-process.ts'
import { figuresOf, headsOf, measure, rowsOf, type Target } from './in-turns.ts'

/**
 * `npm run bench gate`: a verified request of forward authentication, as nginx asks it, of a whole
 * Gatehouse against an Express route that answers the same headers (`express`). Targets take turns;
 * medians of the rounds. The aim: at most 100 µs of CPU more.
 * `--profile FOLDER` writes a CPU profile of the server there.
 */

/** So many sessions, and as many pages. */
const variants = 64
const site = 'http://wiki.localhost'

const profile = process.argv.indexOf('--profile')
await using gatehouse = await startGatehouse(
  gateSettings(),
  profile > 0
    ? { nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${process.argv[profile + 1]}`] }
    : {},
)

const visitor = new Visitor(`http://localhost:${gatehouse.port}`)

/** The cookies of a new session at the site; the person signs in once. */
async function sessionCookies(): Promise<string> {
  visitor.jar('wiki.localhost').clear()
  await visitor.travel(`${site}/.gatehouse/start?to=/`, 'alice')
  return [...visitor.jar('wiki.localhost')].map((pair) => pair.join('=')).join('; ')
}

/** A question with the headers of a browser and of nginx. */
function questionOf(index: number, cookies: string): Buffer {
  const headers = {
    'X-Original-URL': `${site}/pages/${index}?rev=${index * 7}&view=full`,
    'X-Original-Method': 'GET',
    Host: `127.0.0.1:${gatehouse.port}`,
    'sec-ch-ua': '"Chromium";v="131", "Not_A Brand";v="24"',
    'sec-ch-ua-mobile': '?0',
    'sec-ch-ua-platform': '"Linux"',
    'upgrade-insecure-requests': '1',
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0',
    accept: opens.accept,
    'sec-fetch-site': 'same-origin',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-user': '?1',
    'sec-fetch-dest': 'document',
    referer: `${site}/`,
    'accept-encoding': 'gzip, deflate, br, zstd',
    'accept-language': 'en-GB,en;q=0.9',
    cookie: `theme=dark; wiki_session=0123456789abcdef0123456789abcdef; ${cookies}`,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`GET /gate/verify HTTP/1.1\r\n${lines.join('')}\r\n`)
}

const requests: Buffer[] = []
for (let index = 0; index < variants; index++)
  requests.push(questionOf(index, await sessionCookies()))

async function startReference(): Promise<Target & AsyncDisposable> {
  const { status, headers } = await visitor.get(`http://127.0.0.1:${gatehouse.port}/gate/verify`, {
    'x-original-url': `${site}/`,
    cookie: await sessionCookies(),
  })
  if (status !== 200) throw new Error(`the gate answers ${status}`)
  const ours = Object.entries(headers).filter(([name]) => /^(remote-|cookie$|cache-)/.test(name))
  await using undo = new AsyncDisposableStack()
  const peer = undo.use(
    startPeer(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'gate-reference.ts'),
      JSON.stringify(Object.fromEntries(ours)),
    ]),
  )
  await untilReady(peer, async () => /listens on \d+/.test(peer.said()))
  const owned = undo.move()
  return {
    name: 'express',
    pid: peer.pid,
    port: Number(/listens on (\d+)/.exec(peer.said())![1]),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

await using express = await startReference()
const costs = await measure(
  [express, { name: 'gatehouse', port: gatehouse.port, pid: gatehouse.pid }],
  requests,
)
const figures = figuresOf('gate', 'verified request', costs, 'express')
const [bare, ours] = [costs.get('express')!, costs.get('gatehouse')!]
const over: Figure = {
  bench: 'gate',
  figure: 'verified request, over bare Express',
  value: median(ours.map(({ cpuMicros }, turn) => cpuMicros - bare[turn]!.cpuMicros)),
  unit: 'CPU µs/request',
}
printFigures(
  [...figures, over],
  `${tableText(headsOf('express'), rowsOf(figures))}\n` +
    `over bare Express: ${over.value.toFixed(1)} µs of CPU a request (aim: at most 100)`,
)
