import type { Stats } from 'node:fs'
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Clock, systemClock } from '../kernel/clock.ts'
import { rotating, unlessGone } from './rotating.ts'
import { fileBehind, type Rotation, rotatedFiles, syncFolder } from './rotation.ts'
import { appendShared } from './shared-append.ts'

/** The file that the lines of a trail are written to. */
export interface TrailFile {
  /** Resolves when the operating system has the whole text; rejects when any of it is missing. */
  append(text: string): Promise<void>
  /** Resolves when everything appended survives a loss of power. */
  sync(): Promise<void>
  /** The last `bytes` bytes that were written. */
  tail(bytes: number): Promise<string>
  close(): Promise<void>
}

const newline = 0x0a

export interface TrailFileOptions {
  readonly rotation?: Rotation | undefined
  /** Other processes append to the file at the same time, and one of them may be killed. */
  readonly shared?: boolean | undefined
  readonly clock?: Clock | undefined
  /** Called when the file could not be rotated: lines go on into the same one. */
  readonly rotationFailed?: ((error: unknown) => void) | undefined
  /** Makes the names in a folder survive a loss of power; absent: by fsync. */
  readonly sync?: ((folder: string) => Promise<void>) | undefined
}

/**
 * Opens a file for appending, created with mode 0600 in a folder with mode 0700. If it was moved
 * away, or rotated because it is large, it is created again. An incomplete line, left by a crash or
 * a full disk, gets a line end, so that the next event starts on its own line. Throws when the file
 * can't be opened at the start.
 */
export async function openTrailFile(
  path: string,
  {
    rotation,
    shared,
    clock = systemClock,
    rotationFailed,
    sync = syncFolder,
  }: TrailFileOptions = {},
): Promise<TrailFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  let file: OpenFile | undefined = await openFile(path)
  const rotate = rotation && rotating(path, { rotation, clock, failed: rotationFailed })
  /** The file may have a name that a loss of power would take from it. */
  let isNew = true

  async function close(): Promise<void> {
    const { handle } = file ?? {}
    file = undefined
    await handle?.close()
  }

  return {
    async append(text) {
      if (file) {
        const found = await stat(path).catch(() => undefined)
        if (!found || identityOf(found) !== file.identity) await close()
        else if (await rotate?.(found.size)) await close()
      }
      if (!file) {
        file = await openFile(path)
        isNew = true
      }
      try {
        if (shared) await appendShared(file.handle, text)
        else await writeWhole(file.handle, Buffer.from(text))
      } catch (error) {
        // The write may have stopped anywhere: the next call inspects the file again.
        await close().catch(() => undefined)
        throw error
      }
    },
    async sync() {
      await file?.handle.datasync()
      if (!isNew) return
      isNew = false
      try {
        // Those that were rotated away are beside it.
        await sync(dirname(await fileBehind(path)))
      } catch (error) {
        isNew = true
        throw error
      }
    },
    async tail(bytes) {
      // By names, not by the handle: another process may have rotated the file meanwhile.
      let last = await endOf(path, bytes)
      for (const before of (await rotatedFiles(path)).toReversed()) {
        if (last.length >= bytes) break
        last = (await endOf(before, bytes - last.length)) + last
      }
      return last
    },
    close,
  }
}

/** Returns the end of a file; nothing when it is gone. */
async function endOf(path: string, bytes: number): Promise<string> {
  const handle = await open(path, 'r').catch(unlessGone)
  if (!handle) return ''
  try {
    const { size } = await handle.stat()
    const length = Math.min(bytes, size)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

/**
 * Writes all bytes, in one write if the system accepts it, so that the lines of two processes on
 * one file do not mix.
 */
async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written)
    if (bytesWritten === 0) throw new Error('the file takes no more bytes')
    written += bytesWritten
  }
}

interface OpenFile {
  readonly handle: FileHandle
  /** Device and inode, which identify the file whatever its name is. */
  readonly identity: string
}

async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path, 'a+', 0o600)
  try {
    return { handle, identity: await readied(handle, path) }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Ends a line that was torn off. Returns the identity. */
async function readied(handle: FileHandle, path: string): Promise<string> {
  const stats = await handle.stat()
  if (!stats.isFile()) throw new Error(`the audit file \`${path}\` is no file`)
  if (stats.size > 0) {
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, stats.size - 1)
    if (buffer[0] !== newline) await handle.appendFile('\n')
  }
  return identityOf(stats)
}

function identityOf({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`
}
