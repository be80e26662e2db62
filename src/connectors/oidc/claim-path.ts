import { z } from 'zod'

/** Where a claim stands: the names of members, from the outside in. */
export type ClaimPath = readonly string[]

const name = z.string().min(1).max(256)

/**
 * A claim's place in the settings: `groups`, `resource_access.portal.roles`, a name with `://` as
 * it stands (`https://example.com/groups`), or a list of names where one of them has a dot.
 */
export const claimPath = z.union([
  name.transform((text): ClaimPath => (text.includes('://') ? [text] : text.split('.'))),
  z.array(name).min(1).max(8),
])

/** The claim's value; undefined where a member is missing on the way. */
export function claimAt(claims: Readonly<Record<string, unknown>>, path: ClaimPath): unknown {
  let found: unknown = claims
  for (const step of path) {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined
    if (!Object.hasOwn(found, step)) return undefined
    found = (found as Record<string, unknown>)[step]
  }
  return found
}

/** The path as settings write it, for messages. */
export function pathText(path: ClaimPath): string {
  return path.join('.')
}

/** Whether Microsoft Graph can tell the claim: its answer are ids of groups, and nothing else. */
export function isOfGraph(path: ClaimPath | undefined): boolean {
  return path?.length === 1 && path[0] === 'groups'
}
