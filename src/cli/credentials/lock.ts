import { randomBytes } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { processStart } from './process-start.ts'

/** What a lock file says about the process that holds the lock. */
interface Holder {
  readonly pid: number
  /** Tells it from a later process with the same id; empty where that can't be known. */
  readonly start: string
  /** Where process ids mean the same: a host, or a container on it. */
  readonly place: string
  /** Tells this holding from every other. */
  readonly nonce: string
}

export interface LockTimes {
  /** How long to wait for a living holder. */
  readonly waitMs: number
  /** When a lock counts as left behind whose holder can't be looked at: it is on another host. */
  readonly staleAfterMs: number
  readonly pollMs: number
}

const usualTimes: LockTimes = { waitMs: 300_000, staleAfterMs: 120_000, pollMs: 50 }

/**
 * Runs one caller at a time, of all processes that name the same lock file: the AWS CLI and an SDK
 * may need credentials at once, and the person should be asked once. A lock whose holder is gone,
 * killed for instance, is taken over at once; only its holder removes a lock. Throws an Error that
 * names the holder when it keeps the lock for longer than `waitMs`.
 */
export async function exclusively<T>(
  file: string,
  work: () => Promise<T>,
  times: LockTimes = usualTimes,
): Promise<T> {
  const deadline = Date.now() + times.waitMs
  let held = await taken(file, times)
  while (!held) {
    if (Date.now() > deadline) {
      const holder = await holderOf(file)
      throw new Error(`process ${holder?.pid ?? 'unknown'} holds \`${file}\`: end it, or wait`)
    }
    await setTimeout(times.pollMs)
    held = await taken(file, times)
  }
  try {
    return await work()
  } finally {
    await release(file, held)
  }
}

/** A lock, the locks of those who take over, and what is becoming one. */
const lockName = /\.lock(\.([0-9a-f]{16}|damaged))*(\.new)?$/

/**
 * Removes the locks of processes that are gone, of those `files` of a folder that are locks. A lock
 * is taken over first, as any other caller does, so that no living one is removed.
 */
export async function removeLeftLocks(
  folder: string,
  files: readonly string[],
  times: LockTimes = usualTimes,
): Promise<void> {
  for (const name of files.filter((one) => lockName.test(one))) {
    const file = join(folder, name)
    const holder = await holderOf(file)
    if (!holder || !(await isGone(holder, file, times))) continue
    if (name.endsWith('.new')) {
      // One without its content yet may be of a living process.
      if (holder.nonce !== 'damaged' || (await isOld(file, times))) await rm(file, { force: true })
      continue
    }
    const own = await taken(file, times)
    if (own) await release(file, own)
  }
}

/** Takes the lock when it is free or left behind; returns undefined when it is held. */
async function taken(file: string, times: LockTimes): Promise<Holder | undefined> {
  const own: Holder = {
    pid: process.pid,
    start: processStart(process.pid) ?? '',
    place: place(),
    nonce: randomBytes(8).toString('hex'),
  }
  const written = `${file}.${own.nonce}.new`
  await writeFile(written, JSON.stringify(own), { mode: 0o600, flag: 'wx' })
  try {
    // Unlike creating and then writing it, this makes the file with its whole content.
    if (await linked(written, file)) return own
    return (await takenOver(file, written, times)) ? own : undefined
  } finally {
    await rm(written, { force: true })
  }
}

/**
 * Puts `written` in the place of a lock that was left behind. INVARIANT: only the holder of the
 * lock `FILE.NONCE` replaces the holding NONCE, and looks at it again after it got that lock. So of
 * many that find the same dead holder, one takes over, and no living one is replaced.
 */
async function takenOver(file: string, written: string, times: LockTimes): Promise<boolean> {
  const dead = await holderOf(file)
  if (!dead || !(await isGone(dead, file, times))) return false
  const turn = `${file}.${dead.nonce}`
  const own = await taken(turn, times)
  if (!own) return false
  try {
    if ((await holderOf(file))?.nonce !== dead.nonce) return false
    await rename(written, file)
    return true
  } finally {
    await release(turn, own)
  }
}

async function isGone(holder: Holder, file: string, times: LockTimes): Promise<boolean> {
  if (holder.place === place() && holder.start !== '') {
    if (processStart(holder.pid) !== holder.start) return true
    // On Windows another process may have the id by now.
    if (process.platform !== 'win32') return false
  }
  return isOld(file, times)
}

async function isOld(file: string, { staleAfterMs }: LockTimes): Promise<boolean> {
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }))
  return Date.now() - mtimeMs > staleAfterMs
}

function place(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

async function release(file: string, own: Holder): Promise<void> {
  if ((await holderOf(file))?.nonce === own.nonce) await rm(file, { force: true })
}

/** Returns undefined for a lock that is gone; a damaged one names nobody who is alive. */
async function holderOf(file: string): Promise<Holder | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch {
    return undefined
  }
  try {
    const holder = JSON.parse(text) as Holder
    if (/^[0-9a-f]{16}$/.test(holder.nonce)) return holder
  } catch {}
  return { pid: 0, start: 'none', place: place(), nonce: 'damaged' }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
