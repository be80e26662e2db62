import { Router } from 'express'
import type { Registry } from 'prom-client'

export interface Check {
  readonly name: string
  /** Without it this node can serve nothing. A directory is not: sessions and keys work on while it is down. */
  readonly required: boolean
  probe(signal: AbortSignal): Promise<void>
  /** What an operator should know though it works, such as what will end soon. It changes no status. */
  remark?(): string | undefined
}

export interface HealthPorts {
  readonly checks: () => readonly Check[]
  readonly registry: Pick<Registry, 'metrics' | 'contentType'>
  readonly probeTimeoutMs?: number
}

export function healthRoutes({ checks, registry, probeTimeoutMs = 3000 }: HealthPorts): Router {
  const router = Router()
  router.get('/healthz', (_req, res) => res.type('text').send('ok\n'))

  // 200 `ready`, 200 `degraded` (a directory is down), 503 `not-ready`.
  router.get('/readyz', async (_req, res) => {
    const results = await Promise.all(checks().map((check) => outcome(check, probeTimeoutMs)))
    const failed = results.filter(({ ok }) => !ok)
    const status = failed.length === 0 ? 'ready' : failed.some(({ required }) => required) ? 'not-ready' : 'degraded'
    res.status(status === 'not-ready' ? 503 : 200).set('Cache-Control', 'no-store')
      .json({ status, checks: Object.fromEntries(results.map(({ name, ok, reason, remark }) => [name, { ok, ...(reason !== undefined && { reason }), ...(remark !== undefined && { remark }) }])) })
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
    return { name, required, ok: false, remark: undefined, reason: error instanceof Error ? error.message : String(error) }
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
