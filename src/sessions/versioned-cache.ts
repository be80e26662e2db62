import { oldestOf } from '../kernel/oldest-of.ts'

/** Caches answers while a version stays the same. */
export interface VersionedCache<T, K = string> {
  /**
   * The cached answer, or the result of `make`. Caches neither `undefined` nor failures. Concurrent
   * callers share one `make`.
   */
  get(key: K, make: () => Promise<T | undefined>): Promise<T | undefined>
}

/** Drops everything when `version` changes, and the oldest entry when there are `most`. */
export function versionedCache<T extends object, K = string>(
  version: () => number,
  most: number,
): VersionedCache<T, K> {
  // Cache promises, so that a hit allocates nothing.
  let known = new Map<K, Promise<T | undefined>>()
  let of = version()
  return {
    get(key, make) {
      const now = version()
      if (now !== of) {
        // Use a new map: answers that are being made for the old version go to the old map, which
        // nothing reads.
        known = new Map()
        of = now
      }
      const found = known.get(key)
      if (found) return found
      const into = known
      if (into.size >= most) for (const one of oldestOf(into)) into.delete(one)
      const making = make()
      into.set(key, making)
      const drop = () => void (into.get(key) === making && into.delete(key))
      making.then((made) => made ?? drop(), drop)
      return making
    },
  }
}
