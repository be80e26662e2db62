import { hash } from 'node:crypto'
import { type FSWatcher, readFileSync, watch } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

const quietMs = 150

/**
 * Calls `onChange` once the file's content has changed and then stayed the same for a moment.
 * Watches the folder, because editors replace files and Kubernetes swaps a link. The caller reads
 * the file and decides. Where the platform has no notifications the watcher stays silent, and
 * SIGHUP still works.
 */
export function watchSettings(path: string, onChange: () => void): AsyncDisposable {
  const file = resolve(path)
  let timer: NodeJS.Timeout | undefined
  let watcher: FSWatcher | undefined
  let ended = false
  let known = contentOf(file)

  const look = (): void => {
    const now = contentOf(file)
    // The file may be missing while it is replaced: another event follows.
    if (now === undefined || now === known) return
    known = now
    onChange()
  }
  const changed = (name: string | null): void => {
    if (ended || (name !== null && name !== basename(file) && !name.startsWith('..'))) return
    clearTimeout(timer)
    timer = setTimeout(look, quietMs)
  }
  try {
    watcher = watch(dirname(file), (_event, name) => changed(name))
    watcher.on('error', () => watcher?.close())
  } catch {
    watcher = undefined
  }
  return {
    async [Symbol.asyncDispose]() {
      ended = true
      clearTimeout(timer)
      watcher?.close()
    },
  }
}

function contentOf(file: string): string | undefined {
  try {
    return hash('sha256', readFileSync(file), 'base64url')
  } catch {
    return undefined
  }
}
