import { stat } from 'node:fs/promises'
import type { Chain } from '../audit/event.ts'
import { rotatedFiles } from '../audit/rotation.ts'
import { linesWith } from '../audit/trail-lines.ts'

/** What commands read of an event. */
export interface TrailRecord {
  readonly eventTime: string
  readonly eventName: string
  readonly errorCode?: string | undefined
  readonly additionalEventData?: { readonly gatehouse?: Chain }
}
export interface FoundEvent {
  readonly record: TrailRecord
  readonly file: string
  readonly offset: number
  /** Files that end before this one begins, the newest first. */
  readonly older: readonly string[]
}

/**
 * Finds an event in the audit log, or in the files that were rotated away from it, the newest
 * first. Parses only lines that contain `marker`. Files may have any size. Rejects when the log is
 * not there.
 */
export async function findEvent(
  path: string,
  marker: string,
  matches: (record: TrailRecord) => boolean,
): Promise<FoundEvent | undefined> {
  const search = async (file: string, older: readonly string[]) => {
    for await (const { text, offset } of linesWith(file, marker)) {
      const record = recordOf(text)
      if (record && matches(record)) return { record, file, offset, older }
    }
    return undefined
  }
  const { ino } = await stat(path)
  const newest = await search(path, [])
  // Listed afterwards: the log may have been rotated meanwhile, and has another name then.
  const older = (await rotatedFiles(path)).toReversed()
  if (newest) {
    const names = [path, ...older]
    const inodes = await Promise.all(names.map((name) => stat(name).catch(unlessGone)))
    const at = Math.max(
      0,
      inodes.findIndex((stats) => stats?.ino === ino),
    )
    return { ...newest, file: names[at]!, older: names.slice(at + 1) }
  }
  for (const [at, file] of older.entries()) {
    const found = await search(file, older.slice(at + 1)).catch(unlessGone)
    if (found) return found
  }
  return undefined
}

/** Accepts that a file was removed meanwhile, as `audit.keepFiles` does with the oldest. */
function unlessGone(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

/** Returns the last event before another that matches, searching as `findEvent` does. */
export async function lastBefore(
  { file, offset, older }: FoundEvent,
  marker: string,
  matches: (record: TrailRecord) => boolean,
): Promise<TrailRecord | undefined> {
  const last = async (one: string, end?: number) => {
    let found: TrailRecord | undefined
    for await (const { text } of linesWith(one, marker, end)) {
      const record = recordOf(text)
      if (record && matches(record)) found = record
    }
    return found
  }
  for (const [at, one] of [file, ...older].entries()) {
    const found = await last(one, at === 0 ? offset : undefined).catch(unlessGone)
    if (found) return found
  }
  return undefined
}

/** Skips a line that is truncated or not JSON. */
function recordOf(line: string): TrailRecord | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
