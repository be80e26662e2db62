import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { removeLeftLocks } from './lock.ts'

/** Nobody writes a file for so long. */
const leftBehindMs = 120_000

/**
 * Removes from a folder what killed processes left: locks, and half-written files, whose names have
 * the writer's process id at their end. `ours` says which files may be removed.
 */
export async function removeLeftBehind(folder: string, ours: RegExp): Promise<void> {
  const left = (await readdir(folder).catch(() => [])).filter((name) => name.includes('.'))
  if (left.length === 0) return
  await removeLeftLocks(folder, left)
  for (const name of left.filter((one) => ours.test(one) && /\.\d+$/.test(one))) {
    const path = join(folder, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > leftBehindMs) await rm(path, { force: true })
  }
}
