import { resolve } from 'node:path'
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client'
import { version } from '../config/version.ts'

/** Figures of the process, and `gatehouse_build_info`, whose label is the version that runs. */
export function processMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry })
  const build = new Gauge({
    name: 'gatehouse_build_info',
    help: 'The version that runs',
    labelNames: ['version'],
    registers: [registry],
    aggregator: 'first',
  })
  build.set({ version: version(resolve(import.meta.dirname, '../..')) }, 1)
}
