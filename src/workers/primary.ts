import { setTimeout as pause } from 'node:timers/promises'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { rotateForOthers } from '../audit/rotating.ts'
import type { Configuration } from '../config/load.ts'
import { buildHealthApp } from '../http/health-app.ts'
import { listening } from '../http/listening.ts'
import { type CheckOutcome, stopping } from '../http/routes/health.ts'
import { systemClock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { keepWorkers } from './keep-workers.ts'
import { createNodeMetrics, type MetricFigures } from './metrics.ts'
import { nodeReadiness } from './readiness.ts'

export interface PrimaryPorts {
  readonly count: number
  readonly newStore?: boolean | undefined
  /** What a worker runs. */
  readonly program: string
  readonly log: Log
}

/**
 * Serves by several processes, which share the listener, the store and the audit trail. This one
 * answers no calls: it has the operations listener, rotates the trail, and keeps the workers.
 */
export async function serveByWorkers(configuration: Configuration, ports: PrimaryPorts) {
  const { settings, warnings } = configuration
  const { operations, audit, shutdown } = settings
  const { log, count } = ports
  await using opened = new AsyncDisposableStack()
  const metrics = createNodeMetrics()
  const workers = await keepWorkers({
    ...{ ...ports, checked: { settings, warnings } },
    counted: metrics.note,
    ended: metrics.ended,
  })
  opened.defer(() => workers.stop({ ...shutdown, hurry: AbortSignal.abort() }))
  const { file, rotateAt: atBytes, keepFiles } = audit
  opened.use(
    rotateForOthers(file, {
      rotation: { atBytes, keepFiles },
      clock: systemClock,
      failed: (error) => log('audit.rotation-failed', { path: file, reason: String(error) }),
    }),
  )
  let retired = false
  const figures = primaryFigures(count)
  const health = buildHealthApp({
    outcomes: async (): Promise<readonly CheckOutcome[]> => [
      ...(retired ? [stopping] : []),
      ...nodeReadiness(await workers.readiness()),
    ],
    registry: {
      contentType: metrics.contentType,
      async metrics() {
        const told = await workers.count()
        metrics.note('primary', await figures({ told, restarts: workers.restarts }))
        return metrics.text()
      },
    },
  })
  const inner = opened.use(await listening(health, operations))
  const owned = opened.move()
  return {
    address: workers.address,
    operationsAddress: inner.address,
    reload: (next: Configuration) =>
      workers.reload({ settings: next.settings, warnings: next.warnings }),
    async stop(hurry: AbortSignal) {
      retired = true
      await pause(shutdown.delayMs, undefined, { signal: hurry }).catch(() => undefined)
      await workers.stop({ ...shutdown, hurry })
      await inner.drain({ idleMs: 0, timeoutMs: 1000 })
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

interface Told {
  readonly told: readonly { readonly number: number; readonly answered: boolean }[]
  readonly restarts: number
}

/** The primary's own CPU and memory, and what it knows of the workers. */
function primaryFigures(count: number): (told: Told) => Promise<readonly MetricFigures[]> {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const wanted = new Gauge({
    name: 'gatehouse_workers',
    help: 'Processes that shall serve',
    registers,
  })
  const up = new Gauge({
    name: 'gatehouse_worker_up',
    help: '1 while the worker serves and answers',
    labelNames: ['worker'],
    registers,
  })
  const restarted = new Counter({
    name: 'gatehouse_worker_restarts_total',
    help: 'Workers that were started in place of another',
    registers,
  })
  return async ({ told, restarts }) => {
    wanted.set(count)
    restarted.reset()
    restarted.inc(restarts)
    for (const { number, answered } of told) up.set({ worker: number }, answered ? 1 : 0)
    const all = (await registry.getMetricsAsJSON()) as readonly MetricFigures[]
    // Its event loop and heap say nothing about the calls.
    return all.filter(({ name }) => /^(process|gatehouse)_/.test(name))
  }
}
