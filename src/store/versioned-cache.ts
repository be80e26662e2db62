/** Answers from records, valid as long as the store's version stays. */
export interface VersionedCache<T, K = string> {
  /** The kept answer, or what `make` answers; `undefined` and failures are not kept. Who asks while it is being made waits for the same. */
  get(key: K, make: () => Promise<T | undefined>): Promise<T | undefined>
}

/** Forgets everything when `version` changes, and when it holds more than `most`. */
export function versionedCache<T extends object, K = string>(version: () => number, most: number): VersionedCache<T, K> {
  // Promises, so that a hit makes nothing anew.
  let known = new Map<K, Promise<T | undefined>>()
  let of = version()
  return {
    get(key, make) {
      const now = version()
      if (now !== of || known.size >= most) {
        // A new map: what is being made from older records ends up in the one that nobody reads any more.
        known = new Map()
        of = now
      }
      const found = known.get(key)
      if (found) return found
      const into = known
      const making = make()
      into.set(key, making)
      const drop = () => void into.delete(key)
      making.then((made) => made ?? drop(), drop)
      return making
    },
  }
}
