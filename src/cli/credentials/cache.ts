import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { removeLeftBehind } from './left-behind.ts'
import { exclusively } from './lock.ts'
import { keyBytes, opened, sealed } from './sealed.ts'

/** A name is 128 bits of a hash; a file being written has the writer's process id after it. */
const ours = /^(key|[0-9a-f]{32})(\.\d+)?$/

/** Returns `$XDG_CACHE_HOME/gatehouse`, or `~/.cache/gatehouse` where that is not set. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gatehouse')
}

/**
 * Keeps values on disk, each under a name, sealed with AES-256-GCM under a key file of mode 0600
 * beside them, so that a backup or a stray copy of one file alone reveals nothing. Anybody who can
 * read both could read `~/.aws/credentials` as well.
 */
export class SealedCache {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * Returns what `write` was given for the name. Returns undefined when there is no entry or it
   * can't be opened: a broken cache counts as empty.
   */
  async read<T>(name: string): Promise<T | undefined> {
    try {
      const [bytes, key] = await Promise.all([
        readFile(this.#file(name)),
        readFile(join(this.#folder, 'key')),
      ])
      return opened(key, name, bytes) as T
    } catch {
      return undefined
    }
  }

  async write(name: string, value: unknown): Promise<void> {
    const key = await this.#key()
    const next = `${this.#file(name)}.${process.pid}`
    await writeFile(next, sealed(key, name, value), { mode: 0o600 })
    await rename(next, this.#file(name))
  }

  /** Milliseconds since the entry was written or marked. */
  async ageMs(name: string): Promise<number> {
    const { mtimeMs } = await stat(this.#file(name)).catch(() => ({ mtimeMs: 0 }))
    return Math.abs(Date.now() - mtimeMs)
  }

  /** Makes the entry's age 0 and leaves its value, which another process may have changed. */
  async mark(name: string): Promise<void> {
    const now = new Date()
    await utimes(this.#file(name), now, now).catch(() => {})
  }

  async remove(name: string): Promise<void> {
    await rm(this.#file(name), { force: true })
  }

  /** Removes what killed processes left: locks, and files that they were writing. */
  async tidy(): Promise<void> {
    await removeLeftBehind(this.#folder, ours)
  }

  /** Removes every entry and the key. Returns the number of entries. */
  async clear(): Promise<number> {
    const files = (await readdir(this.#folder).catch(() => [])).filter((file) => ours.test(file))
    for (const file of files) await rm(join(this.#folder, file), { force: true })
    return files.filter((file) => /^[0-9a-f]{32}$/.test(file)).length
  }

  /** Runs one caller of `name` at a time, of all processes. */
  async exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    return exclusively(`${this.#file(name)}.lock`, work)
  }

  #file(name: string): string {
    return join(this.#folder, createHash('sha256').update(name).digest('hex').slice(0, 32))
  }

  async #key(): Promise<Buffer> {
    const file = join(this.#folder, 'key')
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    try {
      await writeFile(file, randomBytes(keyBytes), { mode: 0o600, flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const kept = await readFile(file)
    if (kept.length === keyBytes) return kept
    // A damaged key opens no cached entry and would fail every later write, so replace it. Entries
    // that another process sealed meanwhile are lost: that process prompts again.
    const next = `${file}.${process.pid}`
    await writeFile(next, randomBytes(keyBytes), { mode: 0o600 })
    await rename(next, file)
    return readFile(file)
  }
}
