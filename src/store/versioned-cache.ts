/** Answers from records, valid as long as the store's version stays. */
export interface VersionedCache<T> {
  /** The cached answer, or what `make` answers; an `undefined` is not kept. */
  get(key: string, make: () => Promise<T | undefined>): Promise<T | undefined> | T
}

/** Forgets everything when `version` changes, and when it holds more than `most`. */
export function versionedCache<T extends object>(version: () => number, most: number): VersionedCache<T> {
  let known = new Map<string, T>()
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
      return make().then((made) => {
        if (made) into.set(key, made)
        return made
      })
    },
  }
}
