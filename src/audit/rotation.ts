import { randomInt } from 'node:crypto'
import { lstat, open, readdir, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'

export interface Rotation {
  /** A file that has so many bytes is followed by another. */
  readonly atBytes: number
  /** So many older files stay; absent: all of them. */
  readonly keepFiles?: number | undefined
}

/** The part of a rotated file's name that tells when. */
const instant = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/

/**
 * `audit.jsonl` → `audit-20260102T030405678Z-4711-004812.jsonl`. Names sort in the order of the
 * rotations, also after the clock was set back: later than `newest`, so that what was just written
 * is never taken for the oldest. The last number is random, since two containers may have the same
 * process id.
 */
export function rotatedPath(path: string, now: Date, newest?: string): string {
  const { stem, extension } = partsOf(path)
  const after = newest === undefined ? Number.NaN : instantOf(path, newest)
  const at = Number.isNaN(after) ? now : new Date(Math.max(now.getTime(), after + 1))
  const time = at.toISOString().replace(/[-:.]/g, '')
  const number = String(randomInt(1_000_000)).padStart(6, '0')
  return join(dirname(path), `${stem}-${time}-${process.pid}-${number}${extension}`)
}

function instantOf(path: string, file: string): number {
  const time = basename(file).slice(partsOf(path).stem.length + 1)
  return Date.parse(time.match(instant)?.[0].replace(instant, '$1-$2-$3T$4:$5:$6.$7Z') ?? '')
}

/**
 * Returns the file that a symbolic link names, else the path: a link stays, and the rotated files
 * are beside the file, on its volume.
 */
export async function fileBehind(path: string): Promise<string> {
  const found = await lstat(path).catch(() => undefined)
  return found?.isSymbolicLink() ? realpath(path).catch(() => path) : path
}

/** Returns the files that were rotated away from `path`, the oldest first. */
export async function rotatedFiles(path: string): Promise<readonly string[]> {
  const file = await fileBehind(path)
  const { stem, extension } = partsOf(file)
  const isRotated = (name: string) =>
    name.startsWith(`${stem}-`) &&
    name.endsWith(extension) &&
    /^\d{8}T\d{9}Z-\d+-\d+$/.test(name.slice(stem.length + 1, name.length - extension.length))
  const names = await readdir(dirname(file))
  return names
    .filter(isRotated)
    .sort()
    .map((name) => join(dirname(file), name))
}

/**
 * Gives the file another name. Renaming never overwrites, also when two processes on one file do it
 * at once: the second renames the new file, or finds none (ENOENT).
 */
export async function rotate(path: string, now: Date): Promise<void> {
  await rename(path, rotatedPath(path, now, (await rotatedFiles(path)).at(-1)))
}

/** File systems that can't sync a folder, and folders that may not be opened. */
const unsyncable = new Set(['EINVAL', 'EISDIR', 'EPERM', 'EACCES', 'ENOTSUP'])

/** Resolves when the names in a folder survive a loss of power, as far as its volume allows. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder)
    await handle.sync()
  } catch (error) {
    if (!unsyncable.has((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** Removes the oldest rotated files above `keepFiles`. */
export async function removeOldest(path: string, { keepFiles }: Rotation): Promise<void> {
  if (keepFiles === undefined) return
  const files = await rotatedFiles(path)
  const tooMany = files.slice(0, Math.max(0, files.length - keepFiles))
  await Promise.all(tooMany.map((file) => rm(file, { force: true })))
}

function partsOf(path: string): { readonly stem: string; readonly extension: string } {
  const extension = extname(path)
  return { stem: basename(path, extension), extension }
}
