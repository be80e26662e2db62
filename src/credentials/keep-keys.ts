import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { KeyRing } from './key-ring.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface KeepKeysPorts {
  readonly ring: Pick<KeyRing, 'keys' | 'refresh' | 'rotate'>
  readonly signingKeys: Pick<SigningKeys, 'rotate'>
  /** Rotated only once they were used: a site without apps, or without upstreams, has none. */
  readonly appKeys: Pick<SigningKeys, 'rotate' | 'list'>
  readonly upstreamKeys: Pick<SigningKeys, 'rotate' | 'list'>
  readonly clock: Clock
  readonly log: Log
  readonly rotateEverySeconds: number
}

/**
 * How often the ring is read again: a key that another process retired may open tokens here for
 * this long.
 */
const lookEveryMs = 10_000

/**
 * Reads the ring at intervals: takes over what other processes changed, and rotates when the newest
 * key is old enough.
 */
export function keepKeys(ports: KeepKeysPorts): AsyncDisposable {
  let looking: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    looking = looking.then(() => lookAtKeys(ports))
  }, lookEveryMs)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await looking
    },
  }
}

/** Reads the ring once. Never rejects: a failure is logged, and the next interval tries again. */
export async function lookAtKeys({
  ring,
  signingKeys,
  appKeys,
  upstreamKeys,
  clock,
  log,
  rotateEverySeconds,
}: KeepKeysPorts): Promise<void> {
  try {
    await ring.refresh()
    const newest = ring.keys.at(-1)
    if (!newest || clock.now().getTime() - newest.createdAt.getTime() < rotateEverySeconds * 1000)
      return
    await ring.rotate()
    await signingKeys.rotate()
    for (const keys of [appKeys, upstreamKeys])
      if ((await keys.list()).length > 0) await keys.rotate()
    log('keys-rotated', { key: ring.keys.at(-1)?.id })
  } catch (error) {
    log('keys-failed', { error: error instanceof Error ? error.message : String(error) })
  }
}
