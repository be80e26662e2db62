import { type Figure, median } from './figures.ts'
import { load } from './load.ts'
import { cpuMs, residentMib } from './process-cost.ts'

const usualConcurrency = 8
const rounds = 15
const roundMs = 500
const warmMs = 1500

export interface Target {
  readonly name: string
  readonly port: number
  readonly pid: number
}

interface Cost {
  readonly requestsPerSecond: number
  readonly cpuMicros: number
  readonly p99Ms: number
  /** Resident after the round. */
  readonly residentMib: number
}

interface Work {
  readonly requests: readonly Buffer[]
  readonly concurrency: number
  /** How many requests each target got so far. */
  readonly sent: Map<string, number>
}

async function round(
  { name, port, pid }: Target,
  { requests, concurrency, sent: allSent }: Work,
  durationMs: number,
): Promise<Cost> {
  const before = cpuMs(pid)
  const sent = allSent.get(name) ?? 0
  const {
    requestsPerSecond,
    requests: answered,
    p99Ms,
  } = await load({ port, requests, sent, concurrency, durationMs })
  allSent.set(name, sent + answered)
  return {
    requestsPerSecond,
    p99Ms,
    cpuMicros: ((cpuMs(pid) - before) * 1000) / answered,
    residentMib: residentMib(pid),
  }
}

export type Rounds = ReadonlyMap<string, readonly Cost[]>

/**
 * Targets take turns, so that a moment in which the machine is busy with something else falls on
 * all of them. `concurrency`: connections, each with one request under way.
 */
export async function measure(
  targets: readonly Target[],
  requests: readonly Buffer[],
  concurrency = usualConcurrency,
): Promise<Rounds> {
  const work = { requests, concurrency, sent: new Map<string, number>() }
  const costs = new Map<string, Cost[]>(targets.map(({ name }) => [name, []]))
  for (const target of targets) await round(target, work, warmMs)
  for (let turn = 0; turn < rounds; turn++) {
    for (const target of targets) costs.get(target.name)!.push(await round(target, work, roundMs))
  }
  return costs
}

const units: Readonly<Record<keyof Cost, string>> = {
  requestsPerSecond: 'requests/s',
  cpuMicros: 'CPU µs/request',
  p99Ms: 'ms p99',
  residentMib: 'MiB resident',
}
const measures = Object.keys(units) as (keyof Cost)[]

/** Medians; the ratio to `reference` is the median of the rounds' own ratios. */
export function figuresOf(
  bench: string,
  title: string,
  costs: Rounds,
  reference = 'floor',
): readonly Figure[] {
  const floor = costs.get(reference)!
  return [...costs].flatMap(([name, all]) =>
    measures.map(
      (measured): Figure => ({
        bench,
        figure: `${title}, ${name}`,
        value: median(all.map((cost) => cost[measured])),
        unit: units[measured],
        reference,
        ratio: median(all.map((cost, turn) => cost[measured] / floor[turn]![measured])),
      }),
    ),
  )
}

/** The heads of what `rowsOf` returns. */
export function headsOf(reference: string): readonly string[] {
  const of = `of ${reference}`
  return ['call, server', 'requests/s', of, 'CPU µs', of, 'p99 ms', of, 'MiB', of]
}

export const heads = headsOf('floor')

export function rowsOf(figures: readonly Figure[]): string[][] {
  const digits = [0, 1, 2, 0]
  const rows: string[][] = []
  for (let at = 0; at < figures.length; at += measures.length) {
    const row = figures.slice(at, at + measures.length)
    const cells = row.flatMap(({ value, ratio = 1 }, column) => [
      value.toFixed(digits[column]),
      `${(ratio * 100).toFixed(0)} %`,
    ])
    rows.push([row[0]!.figure, ...cells])
  }
  return rows
}
