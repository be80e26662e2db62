import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from '../store/ephemeral.ts'

export interface KeyUse {
  readonly at: Date
  /** `iam`, `sts`. */
  readonly service: string
  readonly region: string
}

/** When long-term keys were used last: what tells an operator that one can go. Exact to a quarter of an hour, on all nodes. */
export interface KeyUses {
  /** Costs a look-up; now and then it writes, behind the call's back. */
  note(accessKeyId: string, service: string, region: string): void
  find(accessKeyId: string): Promise<KeyUse | undefined>
}

export interface KeyUsesPorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get'>
  readonly clock: Clock
  readonly log: (event: string, detail: Readonly<Record<string, unknown>>) => void
}

const writtenEveryMs = 15 * 60_000
/** As long as the service itself tells it: what is older was never used, as far as anybody needs to know. */
const keptForMs = 400 * 86_400_000
const mostKeys = 50_000

/** Disposing waits for what is being written. */
export function openKeyUses({ ephemeral, clock, log }: KeyUsesPorts): KeyUses & AsyncDisposable {
  const written = new Map<string, number>()
  const pending = new Set<Promise<void>>()

  function write(accessKeyId: string, use: KeyUse): void {
    const value = JSON.stringify({ ...use, at: use.at.toISOString() })
    const writing = ephemeral.put('key-use', accessKeyId, value, new Date(use.at.getTime() + keptForMs)).catch((error: unknown) => {
      // The next use tries again: no call fails because of it.
      written.delete(accessKeyId)
      log('the last use of an access key could not be kept', { accessKeyId, reason: String(error) })
    }).finally(() => pending.delete(writing))
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
      const { at, service, region } = JSON.parse(text) as { at: string; service: string; region: string }
      return { at: new Date(at), service, region }
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(pending)
    },
  }
}
