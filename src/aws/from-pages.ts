import { commonFault } from '../kernel/aws-fault.ts'
import { headerOf } from './wire.ts'

/** What browsers say of requests that no other site's page had a hand in (Fetch Metadata). */
const ownSites: ReadonlySet<string> = new Set(['same-origin', 'none'])

/**
 * Refuses calls that a page of another origin makes in its visitor's browser: they would count as
 * the visitor's wrong passwords. Programs send neither header. Throws AccessDenied.
 */
export function refuseForeignPages(rawHeaders: readonly string[]): void {
  const site = headerOf(rawHeaders, 'sec-fetch-site')
  const origin = headerOf(rawHeaders, 'origin')
  const own =
    site !== undefined
      ? ownSites.has(site)
      : origin === undefined || hostOf(origin) === headerOf(rawHeaders, 'host')
  if (!own) throw commonFault('AccessDenied', 'Pages of other sites may not make this call.')
}

/** Undefined for `null`, the origin of sandboxed frames. */
function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.host
}
