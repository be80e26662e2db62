import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** Where a request goes: what was looked up and checked, and nothing else. */
export interface Route {
  readonly url: URL
  readonly port: number
  readonly addresses: readonly LookupAddress[]
}

/** An IPv6 literal stands in brackets in a URL, and nowhere else. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/** A look-up that knows one answer. */
export function pinned(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, { all }, answer) => {
    if (all) answer(null, [...addresses])
    else answer(null, addresses[0]!.address, addresses[0]!.family)
  }
}
