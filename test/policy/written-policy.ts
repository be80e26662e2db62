import { readFileSync } from 'node:fs'
import type { PolicyKind } from '../../src/policy/index.ts'

/**
 * A text, a whole document, statements, or what one statement has beside or instead of its kind's
 * sample.
 */
export type Written = string | Record<string, unknown> | readonly Record<string, unknown>[]
/** Where an identity policy is kept. */
export type Holder = 'managed' | 'user' | 'group' | 'role'

/** A table of `test/decisions`. */
export function decisions<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../decisions/${name}`, import.meta.url), 'utf8')) as T
}
const { samples } = decisions<{
  readonly samples: Readonly<Record<string, Record<string, unknown>>>
}>('findings.json')

/** The document of a case. */
export function documentOf(written: Written, kind: PolicyKind): string {
  if (typeof written === 'string') return written
  if ('Statement' in written || 'Version' in written) return JSON.stringify(written)
  const statements = [written].flat().map((one) => {
    const full = { ...(samples[kind] ?? samples.identity), ...one }
    return Object.fromEntries(Object.entries(full).filter(([, value]) => value !== null))
  })
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: Array.isArray(written) ? statements : statements[0],
  })
}
