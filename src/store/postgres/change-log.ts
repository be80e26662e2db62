import type { Changes } from '../store.ts'

/** What this node knows of the commits of all nodes, in the order in which it learned of them. */
export interface ChangeLog {
  /** Of the store's port. */
  readonly since: (position?: number) => Changes
  /** `keys`: as in `Changes`. */
  add(keys: Changes['keys']): void
}

const nothing: readonly string[] = []

/**
 * Positions count what this node learned, so that they mean nothing to another. `kept`: how many
 * commits are told one by one; who asks from before them has to drop everything it caches.
 */
export function createChangeLog(kept: number): ChangeLog {
  let position = 0
  const entries: Changes['keys'][] = []
  return {
    add(keys) {
      position++
      entries.push(keys)
      if (entries.length > kept * 1.5) entries.splice(0, entries.length - kept)
    },
    since(from) {
      if (from === position) return { position, keys: nothing }
      const behind = from === undefined ? Number.NaN : position - from
      if (!(behind > 0 && behind <= Math.min(kept, entries.length)))
        return { position, keys: 'all' }
      const told = entries.slice(-behind)
      if (told.includes('all')) return { position, keys: 'all' }
      return { position, keys: told.flat() }
    },
  }
}
