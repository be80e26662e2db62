import { Router } from 'express'
import type { Registry } from 'prom-client'
import { words as all } from './words.ts'

const words = all.health

export interface Check {
  readonly name: string
  /**
   * This node can serve nothing without it. A directory is not required: sessions and keys still
   * work while it is down.
   */
  readonly required: boolean
  probe(signal: AbortSignal): Promise<void>
  /**
   * Returns what an operator should know although the check passes, such as an approaching expiry.
   * Does not change the status.
   */
  remark?(): string | undefined
}

/** What a check found. */
export interface CheckOutcome {
  readonly name: string
  readonly required: boolean
  readonly ok: boolean
  readonly reason: string | undefined
  readonly remark: string | undefined
}

/** Told while a node waits for others to notice that it is about to stop. */
export const stopping: CheckOutcome = {
  name: 'stopping',
  required: true,
  ok: false,
  reason: words.stopping,
  remark: undefined,
}

const longestProbeMs = 3000

export interface HealthPorts {
  /** Asked at each request. */
  readonly outcomes: () => Promise<readonly CheckOutcome[]>
  readonly registry: Pick<Registry, 'metrics' | 'contentType'>
}

export function healthRoutes({ outcomes, registry }: HealthPorts): Router {
  const router = Router()
  router.get('/healthz', (_req, res) => res.type('text').send('ok\n'))

  // 200 `ready`, 200 `degraded` (a directory or Redis is down), 503 `not-ready`.
  router.get('/readyz', async (_req, res) => {
    const results = await outcomes()
    const failed = results.filter(({ ok }) => !ok)
    const worst = failed.some(({ required }) => required) ? 'not-ready' : 'degraded'
    const status = failed.length === 0 ? 'ready' : worst
    res
      .status(status === 'not-ready' ? 503 : 200)
      .set('Cache-Control', 'no-store')
      .json({
        status,
        checks: Object.fromEntries(
          results.map(({ name, ok, reason, remark }) => [
            name,
            {
              ok,
              reason,
              remark,
            },
          ]),
        ),
      })
  })

  router.get('/metrics', async (_req, res) => {
    res.set('Content-Type', registry.contentType).send(await registry.metrics())
  })
  return router
}

/** Makes all checks at once. One without an answer in `timeoutMs` has failed. */
export function checkOutcomes(
  checks: readonly Check[],
  timeoutMs = longestProbeMs,
): Promise<readonly CheckOutcome[]> {
  return Promise.all(checks.map((check) => outcome(check, timeoutMs)))
}

async function outcome(
  { name, required, probe, remark }: Check,
  timeoutMs: number,
): Promise<CheckOutcome> {
  const signal = AbortSignal.timeout(timeoutMs)
  const { promise, reject } = Promise.withResolvers<never>()
  const giveUp = () => reject(new Error(words.late(timeoutMs)))
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    await Promise.race([probe(signal), promise])
    return { name, required, ok: true, reason: undefined, remark: remark?.() }
  } catch (error) {
    return {
      name,
      required,
      ok: false,
      remark: undefined,
      reason: error instanceof Error ? error.message : String(error),
    }
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
