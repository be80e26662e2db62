import type { FileHandle } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

const newline = 0x0a
/** How often, and in which interval, a file without a last line end is looked at again. */
const [looks, lookEveryMs] = [5, 10]
/** The most that is read to find what was just appended among what others appended. */
const mostSearchedBytes = 16 * 1024 * 1024

/**
 * Appends whole lines to a file that other processes append to at the same time, each batch by one
 * write: the system lets no other come in between. A process that is killed in its write leaves
 * the beginning of a line behind: a line that would stand right behind it is no line, so that one
 * gets a line end first, or is written once more. Rejects when the system took a part only.
 */
export async function appendShared(handle: FileHandle, text: string): Promise<void> {
  const before = (await handle.stat()).size
  const isTorn = !(await endsWithLine(handle, before))
  const bytes = Buffer.from(isTorn ? `\n${text}` : text)
  await writeAtOnce(handle, bytes)
  const { size } = await handle.stat()
  // Nobody else wrote meanwhile.
  if (size === before + bytes.length) return
  if (!(await isGlued(handle, bytes, [before, size]))) return
  await writeAtOnce(handle, Buffer.from(text.slice(0, text.indexOf('\n') + 1)))
}

async function writeAtOnce(handle: FileHandle, bytes: Buffer): Promise<void> {
  const { bytesWritten } = await handle.write(bytes)
  if (bytesWritten !== bytes.length)
    throw new Error(`the file took ${bytesWritten} of ${bytes.length} bytes`)
}

/** Whether the last line is whole. Waits for another process whose write is under way. */
async function endsWithLine(handle: FileHandle, size: number): Promise<boolean> {
  let known = size
  for (let look = 0; ; look++) {
    if (known === 0 || (await byteAt(handle, known - 1)) === newline) return true
    if (look === looks) return false
    await pause(lookEveryMs)
    known = (await handle.stat()).size
  }
}

async function byteAt(handle: FileHandle, at: number): Promise<number | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, at)
  return bytesRead === 1 ? buffer[0] : undefined
}

/** Whether what was appended between two sizes of the file stands behind a piece of a line. */
async function isGlued(
  handle: FileHandle,
  bytes: Buffer,
  [from, to]: readonly [number, number],
): Promise<boolean> {
  const length = Math.min(to - from, mostSearchedBytes)
  if (length <= 0) return false
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from)
  const at = buffer.subarray(0, bytesRead).indexOf(bytes)
  return at > 0 && bytes[0] !== newline && buffer[at - 1] !== newline
}
