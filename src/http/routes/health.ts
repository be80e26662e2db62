import { Router } from 'express'
import type { Registry } from 'prom-client'

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

export interface HealthPorts {
  readonly checks: () => readonly Check[]
  readonly registry: Pick<Registry, 'metrics' | 'contentType'>
  readonly probeTimeoutMs?: number | undefined
}

export function healthRoutes({ checks, registry, probeTimeoutMs = 3000 }: HealthPorts): Router {
  const router = Router()
  router.get('/healthz', (_req, res) => res.type('text').send('ok\n'))

  // 200 `ready`, 200 `degraded` (a directory or Redis is down), 503 `not-ready`.
  router.get('/readyz', async (_req, res) => {
    const results = await Promise.all(checks().map((check) => outcome(check, probeTimeoutMs)))
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

async function outcome({ name, required, probe, remark }: Check, timeoutMs: number) {
  const signal = AbortSignal.timeout(timeoutMs)
  const { promise, reject } = Promise.withResolvers<never>()
  const giveUp = () => reject(new Error(`no answer within ${timeoutMs} ms`))
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
