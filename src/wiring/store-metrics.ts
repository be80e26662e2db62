import { Counter, Gauge, type Registry } from 'prom-client'
import type { DurableStore } from '../store/open-store.ts'

type Figures = NonNullable<DurableStore['figures']>

/** Label → value → figure; `''`: the metric has no label. */
type Shown = Readonly<Record<string, number>>

const gauges: Readonly<Record<string, readonly [help: string, label: string, Show]>> = {
  connections_used: ['Connections to PostgreSQL in use', 'pool', ofPools('used')],
  connections_idle: ['Connections to PostgreSQL that nobody uses', 'pool', ofPools('idle')],
  waiting: [
    'What waits: for a connection of a pool, or for the turn of its transaction',
    'for',
    (figures) => ({ ...ofPools('waiting')(figures), turn: figures.waitingForTurn }),
  ],
  behind_seconds: ['Since this node asked for commits of others', '', seconds('behindMs')],
  oldest_transaction_seconds: ['Age of the oldest one that has written', '', seconds('heldMs')],
  away: ['Whether no primary answers', '', ({ isAway }) => ({ '': Number(isAway) })],
}
const worst: ReadonlySet<string> = new Set(['behind_seconds', 'oldest_transaction_seconds', 'away'])
const counters = {
  asked: 'Round trips to PostgreSQL',
  repeated: 'Reads that were asked once more, since their connection broke',
} as const

type Show = (figures: ReturnType<Figures>) => Shown

function ofPools(figure: 'used' | 'idle' | 'waiting'): Show {
  return ({ pools }) =>
    Object.fromEntries(Object.entries(pools).map(([pool, of]) => [pool, of[figure]]))
}

function seconds(figure: 'behindMs' | 'heldMs'): Show {
  return (figures) => ({ '': figures[figure] / 1000 })
}

/** Metrics of a PostgreSQL that nodes share, `gatehouse_store_…` (docs/postgresql.md). */
export function storeMetrics(figures: Figures, registry: Registry): void {
  const registers = [registry]
  for (const [name, [help, label, show]] of Object.entries(gauges))
    new Gauge({
      ...{ name: `gatehouse_store_${name}`, help, registers },
      labelNames: label ? [label] : [],
      // Of several processes on one node, the worst counts.
      aggregator: worst.has(name) ? 'max' : 'sum',
      collect() {
        for (const [value, figure] of Object.entries(show(figures())))
          this.set(label ? { [label]: value } : {}, figure)
      },
    })
  for (const [name, help] of Object.entries(counters))
    new Counter({
      ...{ name: `gatehouse_store_${name}_total`, help, registers },
      collect() {
        this.reset()
        this.inc(figures()[name as keyof typeof counters])
      },
    })
}
