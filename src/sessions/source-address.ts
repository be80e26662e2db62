import { isIPv4, isIPv6, SocketAddress } from 'node:net'

/** 45 characters of an IPv6 address, brackets, a zone and a port. */
const longest = 80

/**
 * Returns the canonical form of an IP address: IPv4 in four decimal parts, also when written as
 * IPv6 (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2), IPv6 as in RFC 5952. Removes the port
 * (`192.0.2.1:4000`, `[2001:db8::1]:4000`) or zone (`fe80::1%eth0`) that proxies add. Returns
 * undefined for anything else, which must not be used as an address: no condition on `aws:SourceIp`
 * would match it, and each new spelling would escape the limits for each address.
 */
export function canonicalAddress(text: string): string | undefined {
  if (text.length > longest) return undefined
  const host = withoutPort(text)
  if (host === undefined) return undefined
  if (isIPv4(host)) return host
  const bare = host.split('%', 1)[0]!
  if (!isIPv6(bare)) return undefined
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' })
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)
  return mapped ? mapped[1] : address
}

function withoutPort(text: string): string | undefined {
  const bracketed = /^\[([^[\]]+)\](?::\d{1,5})?$/.exec(text)
  if (bracketed) return isIPv6(bracketed[1]!) ? bracketed[1] : undefined
  const ported = /^([\d.]+):\d{1,5}$/.exec(text)
  return ported ? ported[1] : text
}
