import { createHash } from 'node:crypto'

/** An index of PostgreSQL takes no longer ones, and its text not every character. */
const longestKey = 500

/** The key that stands for `key` of short-lived state where not every text can be one. */
export function keptKey(key: string): string {
  if (key.length <= longestKey && !key.includes('\0')) return key
  return `sha256:${createHash('sha256').update(key).digest('base64url')}`
}
