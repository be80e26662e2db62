import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileBehind, rotatedFiles } from '../rotation.ts'
import { FileIndex } from './file-index.ts'
import { type IndexReader, readIndex } from './index-reader.ts'

/**
 * The indexes of a trail's files: `audit.jsonl.index/INODE.db` beside them. A rotated file keeps
 * its inode, and so its index; the index of a file that was removed is removed as well.
 */
export class IndexFolder {
  readonly #trail: string
  readonly #folder: string
  readonly #open = new Map<string, FileIndex>()

  constructor(trail: string) {
    this.#trail = trail
    this.#folder = folderOf(trail)
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
  }

  /** The indexes of all files that are there, the newest first. */
  async files(): Promise<readonly FileIndex[]> {
    const trail = await fileBehind(this.#trail)
    const paths = [trail, ...(await rotatedFiles(trail)).toReversed()]
    const there = new Map<string, string>()
    for (const path of paths) {
      const inode = inodeOf(path)
      // Rotated while the names were read: it stands at its new name as well.
      if (inode !== undefined) there.set(inode, path)
    }
    for (const [inode, index] of this.#open)
      if (there.get(inode) !== index.path) {
        index.close()
        this.#open.delete(inode)
      }
    this.#removeOthers(there)
    return [...there].map(([inode, path]) => this.#opened(inode, path))
  }

  close(): void {
    for (const index of this.#open.values()) index.close()
    this.#open.clear()
  }

  #opened(inode: string, path: string): FileIndex {
    const known = this.#open.get(inode)
    if (known) return known
    const database = join(this.#folder, `${inode}.db`)
    const index = openOrMakeAgain(path, database)
    this.#open.set(inode, index)
    return index
  }

  #removeOthers(there: ReadonlyMap<string, string>): void {
    for (const name of readdirSync(this.#folder)) {
      const inode = /^(\d+)\.db(?:-wal|-shm)?$/.exec(name)?.[1]
      if (inode !== undefined && !there.has(inode))
        rmSync(join(this.#folder, basename(name)), { force: true })
    }
  }
}

const folderOf = (trail: string) => `${trail}.index`

/**
 * What the process that serves has indexed of one of the trail's files, for a command beside it.
 * Undefined where there is nothing of use. Its owner closes it.
 */
export function existingIndex(trail: string, path: string): IndexReader | undefined {
  const inode = inodeOf(path)
  if (inode === undefined) return undefined
  const database = join(folderOf(trail), `${inode}.db`)
  return existsSync(database) ? readIndex(path, database) : undefined
}

/** A damaged index is thrown away: it can be made again. */
function openOrMakeAgain(path: string, database: string): FileIndex {
  try {
    return new FileIndex(path, database)
  } catch {
    for (const end of ['', '-wal', '-shm']) rmSync(`${database}${end}`, { force: true })
    return new FileIndex(path, database)
  }
}

function inodeOf(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false, bigint: true })?.ino.toString()
}
