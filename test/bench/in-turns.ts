import { type Figure, median } from './figures.ts'
import { load } from './load.ts'
import { cpuMs } from './process-cost.ts'

const concurrency = 8
const rounds = 15
const roundMs = 500
const warmMs = 1500

export interface Target { readonly name: string; readonly port: number; readonly pid: number }

interface Cost { readonly requestsPerSecond: number; readonly cpuMicros: number; readonly p99Ms: number }

async function round({ port, pid }: Target, requests: readonly Buffer[], durationMs: number): Promise<Cost> {
  const before = cpuMs(pid)
  const { requestsPerSecond, requests: answered, p99Ms } = await load({ port, requests, concurrency, durationMs })
  return { requestsPerSecond, p99Ms, cpuMicros: ((cpuMs(pid) - before) * 1000) / answered }
}

export type Rounds = ReadonlyMap<string, readonly Cost[]>

/** Targets take turns, so that a moment in which the machine is busy with something else falls on all of them. */
export async function measure(targets: readonly Target[], requests: readonly Buffer[]): Promise<Rounds> {
  const costs = new Map<string, Cost[]>(targets.map(({ name }) => [name, []]))
  for (const target of targets) await round(target, requests, warmMs)
  for (let turn = 0; turn < rounds; turn++) {
    for (const target of targets) costs.get(target.name)!.push(await round(target, requests, roundMs))
  }
  return costs
}

const units: Readonly<Record<keyof Cost, string>> = { requestsPerSecond: 'requests/s', cpuMicros: 'CPU µs/request', p99Ms: 'ms p99' }

/** Medians; the ratio to `floor` is the median of the rounds' own ratios. */
export function figuresOf(bench: string, title: string, costs: Rounds): readonly Figure[] {
  const floor = costs.get('floor')!
  return [...costs].flatMap(([name, all]) => (['requestsPerSecond', 'cpuMicros', 'p99Ms'] as const).map((measured): Figure => ({
    bench, figure: `${title}, ${name}`, value: median(all.map((cost) => cost[measured])), unit: units[measured],
    reference: 'floor', ratio: median(all.map((cost, turn) => cost[measured] / floor[turn]![measured])),
  })))
}

export function rowsOf(figures: readonly Figure[]): string[][] {
  const rows: string[][] = []
  for (let at = 0; at < figures.length; at += 3) {
    const [rate, cpu, p99] = figures.slice(at, at + 3) as [Figure, Figure, Figure]
    const percent = (ratio = 1) => `${(ratio * 100).toFixed(0)} %`
    rows.push([rate.figure, rate.value.toFixed(0), percent(rate.ratio), cpu.value.toFixed(1), percent(cpu.ratio), p99.value.toFixed(2)])
  }
  return rows
}
