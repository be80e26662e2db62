import { setTimeout as after } from 'node:timers/promises'
import { demoSettings } from '../journeys/running.ts'
import { type Figure, median, printFigures, tableText } from './figures.ts'
import { type GatehouseProcess, startGatehouse } from './gatehouse-process.ts'
import { residentMib } from './process-cost.ts'

/**
 * `npm run bench start`: a server with the demo's accounts and people, started again and again on
 * the data of the first (whose start warms the compile cache). From spawn until a page is answered,
 * and the memory of a server that idles.
 */
const starts = 9
const idleMs = 3000

async function ready({ port, startMs }: GatehouseProcess): Promise<number> {
  const begun = performance.now()
  const answer = await fetch(`http://localhost:${port}/signin`)
  if (answer.status !== 200) throw new Error(`/signin answered ${answer.status}`)
  await answer.arrayBuffer()
  return startMs + performance.now() - begun
}

const settings = await demoSettings()
await using first = await startGatehouse(settings)
const firstMs = await ready(first)
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
]
printFigures(
  figures,
  tableText(
    ['start', 'value', 'unit'],
    figures.map(({ figure, value, unit }) => [figure, value.toFixed(0), unit]),
  ),
)
