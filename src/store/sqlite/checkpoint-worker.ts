import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

/** What the thread is asked for (sqlite.org/pragma.html#pragma_wal_checkpoint). */
export type CheckpointMode = 'PASSIVE' | 'TRUNCATE' | 'close'
export interface CheckpointAnswer {
  readonly error?: string | undefined
  /** Another process used the log. */
  readonly busy: boolean
}

/** How long a checkpoint that writes wait for may wait for other processes. */
const busyTimeoutMs = 50

const db = new DatabaseSync(String(workerData), { timeout: busyTimeoutMs })
db.exec('PRAGMA wal_autocheckpoint = 0')

parentPort!.on('message', (mode: CheckpointMode) => {
  if (mode === 'close') {
    db.close()
    parentPort!.close()
    return
  }
  parentPort!.postMessage(checkpoint(mode))
})

function checkpoint(mode: CheckpointMode): CheckpointAnswer {
  try {
    return { busy: db.prepare(`PRAGMA wal_checkpoint(${mode})`).get()?.busy !== 0 }
  } catch (error) {
    return { busy: false, error: error instanceof Error ? error.message : String(error) }
  }
}
