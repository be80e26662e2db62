import { crc32 } from 'node:zlib'
import type { RedisAccess } from './access.ts'

/** In how many parts a cluster's keys are, each on one node with the mark of its memory. */
const clusterParts = 64

/** How keys are called. */
export interface KeyNames {
  of(space: string, name: string): string
  /** The mark that tells since when the part of that entry remembers. */
  markOf(name: string): string
  /** The marks of all parts. */
  readonly marks: readonly string[]
}

/**
 * The keys of one house. A script may touch keys of one slot only, so in a cluster the part stands
 * in braces: what is inside of them chooses the slot (redis.io, "Cluster specification").
 */
export function keyNames(prefix: string, { place }: RedisAccess): KeyNames {
  if (place.kind !== 'cluster') {
    const mark = `${prefix}memory`
    return { of: (space, name) => `${prefix}${space}:${name}`, markOf: () => mark, marks: [mark] }
  }
  const partOf = (name: string) => `{${crc32(name) % clusterParts}}`
  return {
    of: (space, name) => `${prefix}${space}:${partOf(name)}${name}`,
    markOf: (name) => `${prefix}memory${partOf(name)}`,
    marks: Array.from({ length: clusterParts }, (_, part) => `${prefix}memory{${part}}`),
  }
}
