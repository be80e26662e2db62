import type { Ephemeral } from '../../src/store/ephemeral.ts'
import type { Documents } from '../../src/store/store.ts'

/** As the port promises, without a store. */
export function inMemory(clock: { now(): Date }): Pick<
  Ephemeral,
  'put' | 'replace' | 'get' | 'take' | 'remove' | 'claim' | 'count' | 'uncount'
> & {
  /** The names of what is kept, `space/key`. */
  names(): string[]
} {
  const kept = new Map<string, { value: string; expiresAt: Date }>()
  const live = (name: string) => {
    const found = kept.get(name)
    return found && found.expiresAt > clock.now() ? found.value : undefined
  }
  return {
    names: () => [...kept.keys()].filter((name) => live(name) !== undefined),
    put: async (space, key, value, expiresAt) =>
      void kept.set(`${space}/${key}`, { value, expiresAt }),
    async replace(space, key, value, expiresAt) {
      if (live(`${space}/${key}`) === undefined) return false
      kept.set(`${space}/${key}`, { value, expiresAt })
      return true
    },
    get: async (space, key) => live(`${space}/${key}`),
    async take(space, key) {
      const value = live(`${space}/${key}`)
      kept.delete(`${space}/${key}`)
      return value
    },
    remove: async (space, key) => void kept.delete(`${space}/${key}`),
    async claim(space, key, expiresAt) {
      if (live(`${space}/${key}`) !== undefined) return false
      kept.set(`${space}/${key}`, { value: '', expiresAt })
      return true
    },
    async count(space, key, windowSeconds) {
      const name = `${space}/${key}`
      const found = live(name) === undefined ? undefined : kept.get(name)
      const resetsAt = found?.expiresAt ?? new Date(clock.now().getTime() + windowSeconds * 1000)
      const count = Number(found?.value ?? 0) + 1
      kept.set(name, { value: String(count), expiresAt: resetsAt })
      return { count, resetsAt }
    },
    async uncount(space, key) {
      const found = live(`${space}/${key}`) === undefined ? undefined : kept.get(`${space}/${key}`)
      if (found) found.value = String(Math.max(0, Number(found.value) - 1))
    },
  }
}

/** Documents as the port promises, without a store. */
export function memoryDocuments(): Documents {
  const kept = new Map<string, { text: string; revision: number }>()
  return {
    read: async (name) => kept.get(name),
    async write(name, text, expectedRevision) {
      const revision = kept.get(name)?.revision ?? 0
      if (revision !== expectedRevision) return false
      kept.set(name, { text, revision: revision + 1 })
      return true
    },
  }
}
