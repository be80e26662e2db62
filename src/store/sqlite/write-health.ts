import type { DatabaseSync } from 'node:sqlite'
import type { Log } from '../../kernel/log.ts'
import { StoreFault } from '../store-fault.ts'
import type { Patience } from './patience.ts'
import type { Turns } from './turns.ts'

/** Knows whether the store accepts writes, from the results of the last ones. */
export interface WriteHealth {
  /** Call after each commit. */
  written(): void
  /** Call with every error; only StoreFaults count. Returns the error. */
  failed(error: unknown): unknown
}

/**
 * How long the result of the last write is trusted. After a success, so that frequent probes need
 * no disk sync; after a failure, because on a full disk small writes may succeed while others fail.
 */
const believedMs = 5000

export interface WriteHealthState extends WriteHealth {
  /** Undefined: not known, so a test write has to decide. */
  readonly verdict: () => 'works' | StoreFault | undefined
}

export function createWriteHealth(log: Log): WriteHealthState {
  let writtenAt = Number.NEGATIVE_INFINITY
  let trouble: { readonly fault: StoreFault; readonly at: number } | undefined
  const isRecent = (at: number) => performance.now() - at < believedMs
  return {
    written() {
      writtenAt = performance.now()
      if (!trouble || isRecent(trouble.at)) return
      trouble = undefined
      log('store-recovered', {})
    },
    failed(error) {
      if (!(error instanceof StoreFault)) return error
      if (!trouble) log('store-failing', { error: error.message })
      trouble = { fault: error, at: performance.now() }
      return error
    },
    verdict() {
      if (trouble) return isRecent(trouble.at) ? trouble.fault : undefined
      return isRecent(writtenAt) ? 'works' : undefined
    },
  }
}

/** More than a page of SQLite, so that the test write needs new space as real writes do. */
const probeBytes = 16_384

/**
 * Rejects while the store can't be read or accepts no writes. If there was no write for some
 * seconds, makes a test write that leaves nothing; concurrent callers share it.
 */
export function sqliteProbe(
  db: DatabaseSync,
  { reader, turns, patiently, health }: ProbePorts,
): () => Promise<void> {
  const read = reader.prepare('SELECT key FROM records LIMIT 1')
  const begin = db.prepare('BEGIN IMMEDIATE')
  const insert = db.prepare(
    "INSERT OR REPLACE INTO ephemeral (space, key, value, expires_at) VALUES ('probe', '', ?, 0)",
  )
  const remove = db.prepare("DELETE FROM ephemeral WHERE space = 'probe'")
  const commit = db.prepare('COMMIT')
  const text = 'x'.repeat(probeBytes)
  let writing: Promise<void> | undefined

  const write = () =>
    turns.take(async ({ askedAt }) => {
      try {
        await patiently(() => begin.run(), askedAt)
        await patiently(() => {
          insert.run(text)
          remove.run()
          commit.run()
        }, askedAt)
        health.written()
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    })

  return async () => {
    await patiently(() => read.get())
    const verdict = health.verdict()
    if (verdict === 'works') return
    if (verdict) throw verdict
    writing ??= write().finally(() => {
      writing = undefined
    })
    await writing
  }
}

interface ProbePorts {
  readonly reader: DatabaseSync
  readonly turns: Pick<Turns, 'take'>
  readonly patiently: Patience
  readonly health: WriteHealthState
}
