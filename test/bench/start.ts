import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { demoSettings } from '../journeys/running.ts'
import { login, openLaptop } from '../journeys/sign-in-laptop.ts'
import { type Figure, median, printFigures, tableText } from './figures.ts'
import { type GatehouseProcess, startGatehouse } from './gatehouse-process.ts'
import { residentMib } from './process-cost.ts'

/**
 * `npm run bench start`: a server with the demo's accounts and people, started again and again on
 * the data of the first (whose start warms the compile cache). From spawn until a page is answered,
 * and the memory of a server that idles. And `gatehouse credentials` from its cache, against a bare
 * `node`, turn and turn about.
 */
const starts = 9
const idleMs = 3000
const commands = 15
const launcher = resolve(import.meta.dirname, '../../bin/gatehouse.js')

async function ready({ port, startMs }: GatehouseProcess): Promise<number> {
  const begun = performance.now()
  const answer = await fetch(`http://localhost:${port}/signin`)
  if (answer.status !== 200) throw new Error(`/signin answered ${answer.status}`)
  await answer.arrayBuffer()
  return startMs + performance.now() - begun
}

interface Command {
  readonly ms: number
  readonly bareMs: number
}

/** From a shell until the kept credentials of a role are printed. */
async function keptCredentials({ port }: GatehouseProcess): Promise<readonly Command[]> {
  await using laptop = await openLaptop()
  const amina = { username: 'amina', password: 'amina-demo-2026' }
  const signedIn = await login(laptop, `http://localhost:${port}`, amina)
  if (signedIn.code !== 0) throw new Error(signedIn.err)
  const run = (...args: string[]) => {
    const begun = performance.now()
    const { status, stderr } = spawnSync(process.execPath, args, { env: laptop.env })
    if (status !== 0) throw new Error(String(stderr))
    return performance.now() - begun
  }
  const credentials = () => run(launcher, 'credentials', '--role', 'Developer')
  credentials()
  return Array.from({ length: commands }, () => ({ ms: credentials(), bareMs: run('-e', '0') }))
}

const settings = await demoSettings()
await using first = await startGatehouse(settings)
const firstMs = await ready(first)
const kept = await keptCredentials(first)
const readyMs: number[] = []
const listensMs: number[] = []
const idleMib: number[] = []
for (let start = 0; start < starts; start++) {
  await using again = await startGatehouse(settings, { folder: first.folder })
  listensMs.push(again.startMs)
  readyMs.push(await ready(again))
  if (start % 3 > 0) continue
  await after(idleMs)
  idleMib.push(residentMib(again.pid))
}

const figures: readonly Figure[] = [
  { bench: 'start', figure: 'first start, data made', value: firstMs, unit: 'ms' },
  { bench: 'start', figure: 'listens', value: median(listensMs), unit: 'ms' },
  { bench: 'start', figure: 'first page answered', value: median(readyMs), unit: 'ms' },
  { bench: 'start', figure: 'idle resident memory', value: median(idleMib), unit: 'MiB' },
  {
    bench: 'start',
    figure: 'credentials from the cache',
    value: median(kept.map(({ ms }) => ms)),
    unit: 'ms',
    reference: 'node -e 0',
    ratio: median(kept.map(({ ms, bareMs }) => ms / bareMs)),
  },
]
printFigures(
  figures,
  tableText(
    ['start', 'value', 'unit', 'reference'],
    figures.map(({ figure, value, unit, reference, ratio = 1 }) => [
      figure,
      value.toFixed(0),
      unit,
      reference === undefined ? '' : `${ratio.toFixed(1)} × ${reference}`,
    ]),
  ),
)
