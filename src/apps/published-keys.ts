import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { wrongKey } from '../kernel/verification-key.ts'

export type PublicKey = Readonly<Record<string, string>>

/** An answer of where an app publishes its keys. */
export interface KeysAnswer {
  readonly text: string
  /** How long the app lets it be kept. */
  readonly freshSeconds: number
}

export interface PublishedKeysPorts {
  /** Through the outbound door. Throws an error whose message is for the operator. */
  readonly fetchKeys: (url: string) => Promise<KeysAnswer>
  readonly clock: Clock
  readonly log: Log
}

/** The keys that apps publish at addresses of the settings (RFC 7517). */
export interface PublishedKeys {
  /**
   * Fetched when there are none that are fresh, or none of these ids. Never throws: none when they
   * can't be had, so that nothing is proved by them.
   */
  holding(url: string, keyIds: readonly string[]): Promise<readonly PublicKey[]>
}

/** Least time between two fetches, whatever key ids callers name. */
const floorMs = 10_000
/** A key that was withdrawn proves nothing after this, whatever the app's headers say. */
const mostFreshSeconds = 3600
/** How long keys are used while the app's host does not answer. */
const staleMs = 6 * 3_600_000
const mostKeys = 50
const mostUrls = 1000
const longestMember = 4096
const members = ['kty', 'kid', 'use', 'alg', 'n', 'e', 'crv', 'x', 'y'] as const

interface Entry {
  keys?: readonly PublicKey[]
  freshUntil: number
  triedAt: number
  /** The last fetch failed. */
  failing: boolean
  fetching?: Promise<void> | undefined
}

export function buildPublishedKeys({ fetchKeys, clock, log }: PublishedKeysPorts): PublishedKeys {
  const entries = new Map<string, Entry>()
  const now = () => clock.now().getTime()

  function entryOf(url: string): Entry {
    const found = entries.get(url)
    if (found) return found
    const oldest = entries.keys().next()
    if (entries.size >= mostUrls && !oldest.done) entries.delete(oldest.value)
    const entry = { freshUntil: 0, triedAt: Number.NEGATIVE_INFINITY, failing: false }
    entries.set(url, entry)
    return entry
  }

  async function attempt(url: string, entry: Entry): Promise<void> {
    try {
      const { text, freshSeconds } = await fetchKeys(url)
      entry.keys = usableKeys(text)
      entry.freshUntil = now() + Math.min(freshSeconds, mostFreshSeconds) * 1000
      entry.failing = false
    } catch (error) {
      entry.failing = true
      const problem = error instanceof Error ? error.message : String(error)
      // Without the query, which may hold a secret.
      log('app-keys-failed', { url: url.replace(/\?.*$/s, ''), problem })
    }
  }

  /** One fetch at a time, and none within the least time after it. Never rejects. */
  function refresh(url: string, entry: Entry): Promise<void> {
    if (entry.fetching) return entry.fetching
    if (now() - entry.triedAt < floorMs) return Promise.resolve()
    entry.triedAt = now()
    entry.fetching = attempt(url, entry).finally(() => {
      entry.fetching = undefined
    })
    return entry.fetching
  }

  return {
    async holding(url, keyIds) {
      const entry = entryOf(url)
      const has = () => keyIds.every((id) => entry.keys?.some(({ kid }) => kid === id))
      const usable = () => entry.keys && now() < entry.freshUntil + staleMs
      if (has() && now() < entry.freshUntil) return entry.keys ?? []
      // While the host is known to be away nobody waits for it again.
      if (has() && entry.failing && usable()) void refresh(url, entry)
      else await refresh(url, entry)
      return (usable() && entry.keys) || []
    },
  }
}

/**
 * The keys of a set that can verify what an app signs, without private members. Of two with one id
 * neither counts. Throws when the text is no key set.
 */
function usableKeys(text: string): readonly PublicKey[] {
  const listed = keysIn(text)
  if (listed.length > mostKeys) throw new Error(`it has more than ${mostKeys} keys`)
  const keys = listed.flatMap((one) => {
    const key = textsOf(one)
    return key && wrongKey(key) === undefined ? [key] : []
  })
  return keys.filter(
    ({ kid }) => kid === undefined || keys.filter((other) => other.kid === kid).length === 1,
  )
}

function keysIn(text: string): readonly unknown[] {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    throw new Error('it is not JSON')
  }
  const { keys } = (read ?? {}) as { readonly keys?: unknown }
  if (!Array.isArray(keys)) throw new Error('it is no key set')
  return keys
}

/** Undefined for what is no key, or has a member that is no text. */
function textsOf(listed: unknown): PublicKey | undefined {
  if (typeof listed !== 'object' || listed === null) return undefined
  const has = (name: string) => Object.hasOwn(listed, name)
  // A key whose private half is public proves nothing.
  if (has('d') || has('k')) return undefined
  const key: Record<string, string> = {}
  for (const name of members) {
    const value = has(name) ? (listed as Readonly<Record<string, unknown>>)[name] : undefined
    if (value === undefined) continue
    if (typeof value !== 'string' || value === '' || value.length > longestMember) return undefined
    key[name] = value
  }
  return key
}
