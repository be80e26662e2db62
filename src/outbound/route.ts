import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** Where a request goes: the addresses that were looked up and checked. */
export interface Route {
  readonly url: URL
  readonly port: number
  readonly addresses: readonly LookupAddress[]
}

/** The host without the brackets that a URL puts around an IPv6 literal. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/** A look-up function that always gives these addresses. */
export function pinned(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, { all }, answer) => {
    if (all) answer(null, [...addresses])
    else answer(null, addresses[0]!.address, addresses[0]!.family)
  }
}
