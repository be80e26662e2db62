import { Registry } from 'prom-client'
import { keepKeys } from '../credentials/keep-keys.ts'
import { openOutbound } from '../outbound/outbound.ts'
import { openStore } from '../store/open-store.ts'
import { openAudit } from './audit.ts'
import { cacheMetrics } from './cache-metrics.ts'
import { loadKeys } from './keys.ts'
import { mayBeginStore, refuseLostStore } from './lost-store.ts'
import { processMetrics } from './process-metrics.ts'
import { redisMetrics } from './redis-metrics.ts'
import { openShortLived } from './short-lived.ts'
import { storeAt } from './store-at.ts'
import { storeMetrics } from './store-metrics.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Opens what everything else needs: durable and short-lived state, keys, metrics, the audit trail,
 * and outbound HTTP. Throws when one can't be opened, with the others closed.
 */
export async function openGround(around: Surroundings) {
  const { settings, env, clock, ids, log } = around
  refuseLostStore(settings, around.newStore === true)
  await using opened = new AsyncDisposableStack()
  const { cacheBytes } = settings.store
  const mayCreate = mayBeginStore(settings.keys, around.newStore === true)
  const at = await storeAt(settings.store, env, { mayCreate })
  const store = opened.use(await openStore({ ...at, cacheBytes }, { clock, log }))
  const keys = await loadKeys(settings.keys, { documents: store.documents, env, clock, ids })
  // The first process of a node rotates keys for all.
  const rotateEverySeconds =
    around.shares?.outbox === 'never' ? Infinity : settings.keys.rotateEverySeconds
  opened.use(keepKeys({ ...keys, clock, log, rotateEverySeconds }))
  const shortLived = opened.use(await openShortLived(around, store))
  const registry = new Registry()
  processMetrics(registry)
  cacheMetrics(store, registry)
  if (store.figures) storeMetrics(store.figures, registry)
  redisMetrics(shortLived.redis, registry)
  const audit = opened.use(await openAudit(around, store, registry))
  const outbound = opened.use(await openOutbound(settings.outbound))

  const owned = opened.move()
  return {
    store,
    keys,
    shortLived,
    registry,
    audit,
    outbound,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export type Ground = Awaited<ReturnType<typeof openGround>>
