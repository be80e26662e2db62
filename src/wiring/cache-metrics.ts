import { Counter, Gauge, type Registry } from 'prom-client'
import type { Remembering } from '../store/remembering.ts'

/**
 * `gatehouse_cache_entries`, `gatehouse_cache_bytes` and counters of hits, misses and evictions, by
 * cache: `records` of the store, and `answers` that are made from them, such as callers.
 */
export function cacheMetrics(store: Pick<Remembering, 'cacheFigures'>, registry: Registry): void {
  const registers = [registry]
  const labelNames = ['cache'] as const
  const caches = () => Object.entries(store.cacheFigures())
  new Gauge({
    name: 'gatehouse_cache_entries',
    help: 'What is kept in memory',
    labelNames,
    registers,
    collect() {
      for (const [cache, { entries }] of caches()) this.set({ cache }, entries)
    },
  })
  new Gauge({
    name: 'gatehouse_cache_bytes',
    help: 'About how much memory the kept records of the store take',
    registers,
    collect() {
      this.set(store.cacheFigures().records.weight)
    },
  })
  for (const counted of ['hits', 'misses', 'evicted'] as const) {
    new Counter({
      name: `gatehouse_cache_${counted}_total`,
      help: `Caches: ${counted}`,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const [cache, figures] of caches()) this.inc({ cache }, figures[counted])
      },
    })
  }
}
