import type { ClaimValue } from '../../mapping/app-rules.ts'
import type { NamedSite } from './site.ts'

/** What an application is told of a person, by the names of `Site.headers`. */
export type Told = Readonly<Record<string, ClaimValue | undefined>>

/** In bytes: proxies hold the head of an answer in a buffer of few kilobytes. */
export const mostHeaderBytes = 8192

/**
 * Every header of a site as a flat list of names and values, for `writeHead`. All are there, with
 * an empty value where there is nothing to tell: a header that is missing from our answer could
 * arrive at the application as the client sent it.
 */
export function identityHeaders({ headers }: NamedSite, told: Told = {}): readonly string[] {
  return Object.entries(headers).flatMap(([key, name]) => [name, headerText(told[key])])
}

/** Bytes of names and values. */
export function headerBytes(flat: readonly string[]): number {
  return flat.reduce((sum, text) => sum + text.length + 2, 0)
}

function headerText(value: ClaimValue | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return encoded(value)
  if (typeof value === 'boolean') return String(value)
  return value.map((one) => encoded(one).replaceAll(',', '%2C')).join(',')
}

/**
 * Visible ASCII as it is; everything else, `%`, and spaces at the ends, as percent-encoded UTF-8
 * (RFC 3986, section 2.1): headers have no common encoding, and no line may end in one.
 */
function encoded(value: string): string {
  return value
    .toWellFormed()
    .replace(/[^\x20-\x24\x26-\x7e]|^ +| +$/gu, (some) => encodeURIComponent(some))
}

/** Whether one of these request headers (in lower case) could be read as one of the site's. */
export function bringsIdentity(names: readonly string[], lookAlikes: ReadonlySet<string>): boolean {
  for (const name of names) {
    if (lookAlikes.has(name)) return true
    if (/[^a-z0-9-]/.test(name) && lookAlikes.has(name.replaceAll(/[^a-z0-9]/g, '-'))) return true
  }
  return false
}

/** The names of a site's headers as `bringsIdentity` compares them. */
export function lookAlikesOf({ headers }: NamedSite): ReadonlySet<string> {
  return new Set(Object.values(headers).map((name) => name.toLowerCase()))
}
