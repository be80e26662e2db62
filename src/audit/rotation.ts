import { readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'

export interface Rotation {
  /** A file that has so many bytes is followed by another. */
  readonly atBytes: number
  /** So many older files stay; absent: all of them. */
  readonly keepFiles?: number | undefined
}

let rotations = 0

/**
 * `audit.jsonl` → `audit-20260102T030405678Z-4711-000001.jsonl`: names sort by time, and no process
 * gives one twice.
 */
export function rotatedPath(path: string, now: Date): string {
  const { stem, extension } = partsOf(path)
  const instant = now.toISOString().replace(/[-:.]/g, '')
  const number = String(++rotations).padStart(6, '0')
  return join(dirname(path), `${stem}-${instant}-${process.pid}-${number}${extension}`)
}

/** Returns the files that were rotated away from `path`, the oldest first. */
export async function rotatedFiles(path: string): Promise<readonly string[]> {
  const { stem, extension } = partsOf(path)
  const isRotated = (name: string) =>
    name.startsWith(`${stem}-`) &&
    name.endsWith(extension) &&
    /^\d{8}T\d{9}Z-\d+-\d+$/.test(name.slice(stem.length + 1, name.length - extension.length))
  const names = await readdir(dirname(path))
  return names
    .filter(isRotated)
    .sort()
    .map((name) => join(dirname(path), name))
}

/**
 * Gives the file another name, and removes the oldest ones above `keepFiles`. Renaming never
 * overwrites, also when two processes on one file do it at once: the second renames the new file.
 */
export async function rotate(path: string, { keepFiles }: Rotation, now: Date): Promise<void> {
  await rename(path, rotatedPath(path, now))
  if (keepFiles === undefined) return
  const files = await rotatedFiles(path)
  const tooMany = files.slice(0, Math.max(0, files.length - keepFiles))
  await Promise.all(tooMany.map((file) => rm(file, { force: true })))
}

function partsOf(path: string): { readonly stem: string; readonly extension: string } {
  const extension = extname(path)
  return { stem: basename(path, extension), extension }
}
