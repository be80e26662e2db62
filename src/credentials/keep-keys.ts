import type { Clock } from '../kernel/clock.ts'
import type { KeyRing } from './key-ring.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface KeepKeysPorts {
  readonly ring: Pick<KeyRing, 'keys' | 'refresh' | 'rotate'>
  readonly signingKeys: Pick<SigningKeys, 'rotate'>
  readonly clock: Clock
  readonly log: (event: string, detail: Readonly<Record<string, unknown>>) => void
  readonly rotateEverySeconds: number
}

/** How long a key that another process retired may still open tokens here. */
const lookEveryMs = 10_000

/** Looks at the ring again and again: heeds what other processes changed, and rotates when the newest key is old enough. */
export function keepKeys(ports: KeepKeysPorts): AsyncDisposable {
  let looking: Promise<void> = Promise.resolve()
  const timer = setInterval(() => { looking = looking.then(() => lookAtKeys(ports)) }, lookEveryMs)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await looking
    },
  }
}

/** One look. Never rejects: what went wrong is told, and the next look tries again. */
export async function lookAtKeys({ ring, signingKeys, clock, log, rotateEverySeconds }: KeepKeysPorts): Promise<void> {
  try {
    await ring.refresh()
    const newest = ring.keys.at(-1)
    if (!newest || clock.now().getTime() - newest.createdAt.getTime() < rotateEverySeconds * 1000) return
    await ring.rotate()
    await signingKeys.rotate()
    log('keys-rotated', { key: ring.keys.at(-1)?.id })
  } catch (error) {
    log('keys-failed', { error: error instanceof Error ? error.message : String(error) })
  }
}
