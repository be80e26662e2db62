import { hash } from 'node:crypto'
import type { Settings } from './settings.ts'

/** Sections in which nodes of one house may differ: where each listens, writes and what it uses. */
const ofOneNode: ReadonlySet<keyof Settings> = new Set([
  'listen',
  'operations',
  'settingsName',
  'store',
  'ephemeral',
  'keys',
  'accounts',
  'audit',
  'outbound',
  'shutdown',
])

/** A digest of each section in which nodes must not differ. Contains no secret that can be read. */
export type Fingerprint = Readonly<Record<string, string>>

/**
 * The digests of a node's settings. Accounts count by the file's name, because files with different
 * names may have different accounts; of Redis, which one it is.
 */
export function fingerprintOf(settings: Settings): Fingerprint {
  const { accounts, settingsName, ephemeral: short } = settings
  const { redis, cluster, sentinel, prefix, database } = short ?? {}
  const host = redis === undefined ? undefined : new URL(redis).host
  const sentinels = sentinel && [sentinel.name, sentinel.nodes]
  const shared: readonly (readonly [string, unknown])[] = Object.entries(settings).filter(
    ([section]) => !ofOneNode.has(section as keyof Settings),
  )
  const sections: readonly (readonly [string, unknown])[] = [
    ...shared,
    [`accounts of ${settingsName}`, accounts],
    ['ephemeral', [host, cluster, sentinels, prefix, database]],
  ]
  return Object.fromEntries(sections.map(([section, value]) => [section, digest(value)]))
}

/** The sections of which both have a digest and not the same one. */
export function differences(one: Fingerprint, other: Fingerprint): readonly string[] {
  return Object.keys(one)
    .filter((section) => section in other && one[section] !== other[section])
    .sort()
}

function digest(value: unknown): string {
  return hash('sha256', JSON.stringify(value, inOrder) ?? '', 'base64url').slice(0, 22)
}

/** The order of a map's keys means nothing. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
