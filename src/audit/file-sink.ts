import type { Stats } from 'node:fs'
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { cloudTrailRecord } from './cloudtrail.ts'
import type { Audit, Recordable } from './event.ts'

export interface FileAuditOptions {
  /** JSON lines; made with mode 0600. */
  readonly path: string
  /** The operator's log: a trail that can't be written is told, once for each time that it begins to fail. */
  readonly log: (event: string, detail: Readonly<Record<string, unknown>>) => void
  /** Events kept in memory while the file can't be written; beyond it the oldest are lost, and counted. */
  readonly keep?: number
  readonly retryMs?: number
}

/** A busy trail is written so often: a write, and a look whether the file was moved, cost as much as many events. */
const gatherMs = 10
const newline = 0x0a

/**
 * Appends events as CloudTrail records, one a line, in the order of `record`. Writing is batched behind the caller's road.
 * A file that was moved away (log rotation) is made anew; a line that was torn off, by a crash or a full disk, gets its end, so that the next
 * event has a line of its own. Throws when the file can't be opened at the start.
 */
export async function openFileAudit({ path, log, keep = 50_000, retryMs = 1000 }: FileAuditOptions): Promise<Audit> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  let file: OpenFile | undefined = await openFile(path)
  let pending: Recordable[] = []
  /** Lines that could not be written yet, older than all that is pending. */
  let kept: string[] = []
  let lost = 0
  let failing: string | undefined
  let closed = false
  let writing: Promise<void> | undefined
  let planned: NodeJS.Timeout | NodeJS.Immediate | undefined
  let busy = false

  const waiting = () => kept.length + pending.length

  /** Putting many together at a stretch costs half of one in each call. undefined: a bug, that must not cost the events beside it. */
  function lineOf(recordable: Recordable): string | undefined {
    try {
      return `${JSON.stringify(cloudTrailRecord(recordable.event()))}\n`
    } catch (error) {
      log('audit.lost', { path, eventSource: recordable.eventSource, reason: (error as Error).message })
      return undefined
    }
  }

  async function writeLines(lines: readonly string[]): Promise<void> {
    if (file && (await moved(file, path))) {
      await file.handle.close()
      file = undefined
    }
    file ??= await openFile(path)
    await file.handle.appendFile(lines.join(''))
  }

  async function writePending(): Promise<void> {
    const lines = kept
    const batch = pending
    kept = []
    pending = []
    for (const recordable of batch) {
      const line = lineOf(recordable)
      if (line !== undefined) lines.push(line)
    }
    if (lines.length === 0) return
    try {
      await writeLines(lines)
      if (failing !== undefined) log('audit.recovered', { path, lost })
      failing = undefined
      lost = 0
      busy = lines.length > 1
    } catch (error) {
      kept = lines
      // What was written of the batch may end anywhere: the next one looks at the file anew.
      await file?.handle.close().catch(() => undefined)
      file = undefined
      const reason = (error as Error).message
      if (failing === undefined) log('audit.failing', { path, reason })
      failing = reason
    }
  }
  /** One event is written at once; of a busy trail a batch is gathered first. */
  function plan(): void {
    if (planned || writing || closed || waiting() === 0) return
    if (failing !== undefined) planned = setTimeout(start, retryMs).unref()
    else planned = busy ? setTimeout(start, gatherMs) : setImmediate(start)
  }
  function unplan(): void {
    clearTimeout(planned as NodeJS.Timeout)
    clearImmediate(planned as NodeJS.Immediate)
    planned = undefined
  }
  function start(): Promise<void> {
    unplan()
    writing ??= writePending().finally(() => {
      writing = undefined
      plan()
    })
    return writing
  }
  async function flush(): Promise<void> {
    if (writing) await writing
    do await start()
    while (waiting() > 0 && failing === undefined)
  }

  return {
    record(recordable) {
      if (waiting() >= keep) {
        if (kept.shift() === undefined) pending.shift()
        lost++
      }
      pending.push(recordable)
      plan()
    },
    flush,
    async probe() {
      if (failing !== undefined) throw new Error(`the audit trail can not be written: ${failing}; ${waiting()} events wait`)
    },
    async [Symbol.asyncDispose]() {
      closed = true
      await flush()
      await file?.handle.close()
    },
  }
}

interface OpenFile {
  readonly handle: FileHandle
  /** Device and inode: what makes it this file, whatever its name. */
  readonly identity: string
}

async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path, 'a+', 0o600)
  const stats = await handle.stat()
  if (!stats.isFile()) {
    await handle.close()
    throw new Error(`the audit file \`${path}\` is no file`)
  }
  if (stats.size > 0) {
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, stats.size - 1)
    if (buffer[0] !== newline) await handle.appendFile('\n')
  }
  return { handle, identity: identityOf(stats) }
}

function identityOf({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`
}

/** True when the name no longer leads to the file that is open. */
async function moved({ identity }: OpenFile, path: string): Promise<boolean> {
  try {
    return identityOf(await stat(path)) !== identity
  } catch {
    return true
  }
}
