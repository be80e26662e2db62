import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Ephemeral } from '../store/ephemeral.ts'

export interface KeyUse {
  readonly at: Date
  /** `iam`, `sts`. */
  readonly service: string
  readonly region: string
}

/**
 * When long-term keys were last used, so that an operator can tell which ones to delete. Exact to a
 * quarter of an hour, on all nodes.
 */
export interface KeyUses {
  /** Costs a look-up; sometimes writes in the background. */
  note(accessKeyId: string, service: string, region: string): void
  find(accessKeyId: string): Promise<KeyUse | undefined>
}

export interface KeyUsesPorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get'>
  readonly clock: Clock
  readonly log: Log
}

const writtenEveryMs = 15 * 60_000
/** How long AWS reports a use; a key with an older use counts as never used. */
const keptForMs = 400 * 86_400_000
const mostKeys = 50_000

/** Disposing waits for pending writes. */
export function openKeyUses({ ephemeral, clock, log }: KeyUsesPorts): KeyUses & AsyncDisposable {
  const written = new Map<string, number>()
  const pending = new Set<Promise<void>>()

  function write(accessKeyId: string, use: KeyUse): void {
    const value = JSON.stringify({ ...use, at: use.at.toISOString() })
    const writing = ephemeral
      .put('key-use', accessKeyId, value, new Date(use.at.getTime() + keptForMs))
      .catch((error: unknown) => {
        // The next use writes again; a failure here must not fail the call.
        written.delete(accessKeyId)
        log('key-use-failed', {
          accessKeyId,
          reason: String(error),
        })
      })
      .finally(() => pending.delete(writing))
    pending.add(writing)
  }

  return {
    note(accessKeyId, service, region) {
      const at = clock.now()
      const last = written.get(accessKeyId)
      if (last !== undefined && at.getTime() - last < writtenEveryMs) return
      if (written.size >= mostKeys) written.clear()
      written.set(accessKeyId, at.getTime())
      write(accessKeyId, { at, service, region })
    },
    async find(accessKeyId) {
      const text = await ephemeral.get('key-use', accessKeyId)
      if (text === undefined) return undefined
      const { at, service, region } = JSON.parse(text) as {
        at: string
        service: string
        region: string
      }
      return { at: new Date(at), service, region }
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(pending)
    },
  }
}
