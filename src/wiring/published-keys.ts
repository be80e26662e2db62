import { buildPublishedKeys, type PublishedKeys } from '../apps/published-keys.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Outbound } from '../outbound/outbound.ts'
import { freshSeconds } from '../web-identity/freshness.ts'

/** Far more than the keys of one app need. */
const maxBytes = 65_536

interface Ports {
  readonly outbound: Pick<Outbound, 'get'>
  readonly clock: Clock
  readonly log: Log
}

/** The keys that apps publish, fetched through the outbound door. */
export function openPublishedKeys({ outbound, clock, log }: Ports): PublishedKeys {
  return buildPublishedKeys({
    clock,
    log,
    async fetchKeys(url) {
      const headers = { accept: 'application/jwk-set+json, application/json' }
      const { status, headers: told, body } = await outbound.get(url, { headers, maxBytes })
      if (status !== 200) throw new Error(`it answered ${status}`)
      return { text: body.toString('utf8'), freshSeconds: freshSeconds(told, clock.now()) }
    },
  })
}
