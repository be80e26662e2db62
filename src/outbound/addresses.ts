import { BlockList, isIP, isIPv6 } from 'node:net'

/** IPv4 ranges that are not public (RFC 6890 and its registry; RFC 5771 for multicast). */
const notPublic = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  notPublic.addSubnet(network, bits, 'ipv4')

/**
 * Public IPv6 is an allow list: global unicast, without ranges that tunnel to an IPv4 address or
 * are reserved for examples.
 */
const globalUnicast = new BlockList()
globalUnicast.addSubnet('2000::', 3, 'ipv6')
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  notPublic.addSubnet(network, bits, 'ipv6')
}

/**
 * Whether an address may be called although the `resolve` table does not name it. IPv4-mapped and
 * zoned addresses may not.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false
  if (!isIPv6(address)) return !notPublic.check(address, 'ipv4')
  return globalUnicast.check(address, 'ipv6') && !notPublic.check(address, 'ipv6')
}

export interface Endpoint {
  readonly address: string
  readonly port?: number | undefined
}

/** `10.0.0.5`, `10.0.0.5:8443`, `fd00::5`, `[fd00::5]:8443`; undefined for anything else. */
export function parseEndpoint(text: string): Endpoint | undefined {
  if (isIP(text) !== 0) return text.includes('%') ? undefined : { address: text }
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::(\d{1,5}))?$/.exec(text)
  const address = parts?.[1] ?? parts?.[2] ?? ''
  const port = parts?.[3] === undefined ? undefined : Number(parts[3])
  if (isIP(address) !== (parts?.[1] === undefined ? 4 : 6) || port === 0 || (port ?? 0) > 65_535)
    return undefined
  return { address, port }
}
