import type { SealedCache } from './cache.ts'
import type { HandedOn, ProcessCredentials } from './exchange.ts'
import { sessionState } from './session-check.ts'

/** Credentials, and whose they are. */
export interface Current {
  readonly credentials: ProcessCredentials
  /** The session's ARN. */
  readonly arn: string
  /** Absent: Gatehouse's own. */
  readonly upstream?: HandedOn | undefined
  /** The role's ARN, where Gatehouse told it. */
  readonly roleArn?: string | undefined
}

export interface Entry extends Current {
  /** Milliseconds since 1970. */
  readonly obtainedAt: number
}

export interface Kept {
  /** The name of the cache entry. */
  readonly name: string
  /** One caller at a time obtains what has the same lock. */
  readonly lock: string
  readonly endpoint: string
  /** Leaves what is kept unread. */
  readonly refresh?: boolean | undefined
  /** Credentials with less than this left are not given out. */
  readonly leastLeftMs: number
  /** With less than this left they are renewed if that is possible, else given out still. */
  readonly renewAheadMs: number
  /**
   * What asking Gatehouse for the session's state may take, in milliseconds; default 500. Without
   * an answer (offline, say) the credentials are given out.
   */
  readonly checkLimitMs?: number | undefined
}

/** A revoked session is noticed after this at the latest: so often one call asks Gatehouse. */
const checkEveryMs = 60_000
const defaultCheckLimitMs = 500
/** After an attempt to renew ahead of time failed, there is none for so long. */
const pauseMs = 60_000

/**
 * Returns credentials that are neither expired nor known to be revoked: from the cache, or those
 * that `obtain` gets. Of many callers at once one obtains, and the others take its answer. `obtain`
 * is told when this call began, so that it can share a refusal as well.
 */
export async function keptOrNew(
  cache: SealedCache,
  kept: Kept,
  obtain: (startedAt: number) => Promise<Entry>,
): Promise<Current> {
  const startedAt = Date.now()
  await cache.tidy()
  const { name, refresh } = kept
  const before = refresh ? undefined : await usable(cache, kept)
  const ended = before && (await isEnded(cache, kept, before))
  if (before && !ended && !(await isDue(cache, kept, before))) return before
  return cache.exclusively(kept.lock, async () => {
    const found = await usable(cache, kept)
    const isOld = ended && found?.credentials.AccessKeyId === before.credentials.AccessKeyId
    const isFit =
      found && (found.obtainedAt >= startedAt || !(refresh || (await isDue(cache, kept, found))))
    if (found && isFit && !isOld) return found
    try {
      const entry = await obtain(startedAt)
      await cache.write(name, entry)
      return entry
    } catch (error) {
      if (!found || isOld || refresh) throw error
      await cache.write(`pause ${name}`, '')
      return found
    }
  })
}

function leftMs({ credentials }: Entry): number {
  return Date.parse(credentials.Expiration) - Date.now()
}

async function usable(cache: SealedCache, { name, leastLeftMs }: Kept): Promise<Entry | undefined> {
  const found = await cache.read<Entry>(name)
  return found && leftMs(found) > leastLeftMs ? found : undefined
}

/** A short session is renewed in its last quarter. */
async function isDue(cache: SealedCache, kept: Kept, entry: Entry): Promise<boolean> {
  const whole = Date.parse(entry.credentials.Expiration) - entry.obtainedAt
  if (leftMs(entry) > Math.min(kept.renewAheadMs, whole / 4)) return false
  return (await cache.ageMs(`pause ${kept.name}`)) > pauseMs
}

async function isEnded(
  cache: SealedCache,
  { endpoint, name, checkLimitMs = defaultCheckLimitMs }: Kept,
  entry: Entry,
): Promise<boolean> {
  // Gatehouse knows nothing of another STS's sessions, and must not see their tokens.
  if (entry.upstream !== undefined) return false
  if ((await cache.ageMs(name)) < checkEveryMs) return false
  if ((await sessionState(endpoint, entry, checkLimitMs)) === 'ended') return true
  await cache.mark(name)
  return false
}
