import type { Ephemeral } from '../ephemeral.ts'
import type { WriteHealthState } from '../write-health.ts'
import type { Ask, Connections } from './connections.ts'
import type { Following } from './following.ts'

interface ProbePorts {
  readonly connections: Pick<Connections, 'away'>
  readonly following: Pick<Following, 'refuseCutOff'>
  readonly health: WriteHealthState
  readonly read: Ask
  readonly ephemeral: () => Pick<Ephemeral, 'put' | 'remove'>
}

const one = { name: 'probe', text: 'SELECT 1' }

/**
 * Rejects while the store can't be read or accepts no writes. While PostgreSQL is away it resolves
 * as long as what is in memory counts: taking every node out of service would help nobody. If there
 * was no write for some seconds, makes a test write that leaves nothing; concurrent callers share
 * it.
 */
export function postgresProbe(ports: ProbePorts): () => Promise<void> {
  const { connections, following, health, read, ephemeral } = ports
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    await ephemeral().put('rate', 'probe', '', new Date(0))
    await ephemeral().remove('rate', 'probe')
  }
  async function check(): Promise<void> {
    await read(one, [])
    const verdict = health.verdict()
    if (verdict === 'works') return
    if (verdict) throw verdict
    writing ??= write().finally(() => {
      writing = undefined
    })
    await writing
  }
  return async () => {
    following.refuseCutOff()
    if (connections.away()) return
    try {
      await check()
    } catch (error) {
      if (!connections.away()) throw error
    }
  }
}

/** What an operator should know while `probe` resolves and PostgreSQL is away. */
export function awayRemark(
  { away }: Pick<Connections, 'away'>,
  trustedMs: number,
): string | undefined {
  const gone = away()
  if (!gone) return undefined
  const [since, until] = [performance.now() - gone.since, trustedMs].map((ms) =>
    Math.round(ms / 1000),
  )
  return (
    `away for ${since} s (${gone.reason.message}): nothing is written, and what is in memory ` +
    `counts for ${until} s`
  )
}
