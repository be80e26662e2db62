import { once } from 'node:events'
import { fstatSync } from 'node:fs'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Log } from '../../kernel/log.ts'
import type { CheckpointAnswer, CheckpointMode } from './checkpoint-worker.ts'

export interface Checkpoints extends AsyncDisposable {
  /**
   * Call while no transaction is open. Returns undefined, or a promise to wait for before the next
   * one begins.
   */
  between(): Promise<void> | undefined
}

/**
 * Moves the write-ahead log into the database in a thread of its own when it has `limitBytes`, and
 * empties it then: first what can be moved while others write, then the rest while they wait.
 * Without the wait the log never restarts under steady writes and grows without bound.
 */
export function createCheckpoints({
  file,
  descriptor,
  limitBytes,
  log,
}: {
  readonly file: string
  /** Of the write-ahead log. */
  readonly descriptor: number
  readonly limitBytes: number
  readonly log: Log
}): Checkpoints {
  let worker: Worker | undefined
  let state: 'idle' | 'moving' | 'moved' = 'idle'
  let nextBytes = limitBytes
  const size = () => fstatSync(descriptor).size

  function thread(): Worker {
    if (worker) return worker
    const code = new URL(`./checkpoint-worker${extname(import.meta.url)}`, import.meta.url)
    const started = new Worker(code, { workerData: file, env: {} })
    started.unref()
    // One that dies while nobody asks it anything must not end the process: another follows.
    started.on('error', () => undefined)
    started.once('exit', () => {
      if (worker === started) worker = undefined
    })
    worker = started
    return started
  }

  /** Resolves in every case: a failed checkpoint loses nothing, and the next one tries again. */
  async function checkpoint(mode: CheckpointMode): Promise<void> {
    const over = new AbortController()
    try {
      const asked = thread()
      const answered = Promise.race([
        once(asked, 'message', { signal: over.signal }) as Promise<[CheckpointAnswer]>,
        once(asked, 'exit', { signal: over.signal }).then(() => {
          throw new Error('the thread has ended')
        }),
      ])
      asked.postMessage(mode)
      const [{ error }] = await answered
      if (error !== undefined) throw new Error(error)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      log('store-checkpoint-failed', { error: reason })
    } finally {
      // The thread lives on: what is left listening would add up with every checkpoint.
      over.abort()
    }
  }

  async function move(): Promise<void> {
    state = 'moving'
    await checkpoint('PASSIVE')
    state = 'moved'
  }
  async function empty(): Promise<void> {
    await checkpoint('TRUNCATE')
    state = 'idle'
    // Another process may keep it from being emptied: then it is tried again, not at each commit.
    nextBytes = size() + limitBytes
  }
  return {
    between() {
      if (state === 'moved') return empty()
      if (state === 'idle' && size() >= nextBytes) void move()
      return undefined
    },
    async [Symbol.asyncDispose]() {
      const ending = worker
      if (!ending) return
      // What it could not close ends with it.
      const exit = once(ending, 'exit').catch(() => undefined)
      ending.ref()
      ending.postMessage('close' satisfies CheckpointMode)
      await exit
    },
  }
}
