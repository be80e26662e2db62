import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { canonicalAddress } from '../sessions/source-address.ts'
import { RequestFault } from './fields.ts'

/** Whether to trust the X-Forwarded-* headers of a hop; the hop nearest to us is 0. */
export type Trust = (address: string, hop: number) => boolean

/**
 * Returns the client's address in canonical form, and whether the request came over TLS. The
 * address is empty when the connection was reset before it was read. Throws RequestFault when a
 * trusted proxy names a client that is not an IP address. Never reads `Forwarded` (RFC 7239): with
 * two headers a client could choose the one that its proxy does not overwrite.
 */
export function originOfRequest(
  { socket, headers }: IncomingMessage,
  trust: Trust,
): { readonly sourceAddress: string; readonly secure: boolean } {
  const peer = plain(socket.remoteAddress ?? '')
  const encrypted = (socket as Partial<TLSSocket>).encrypted === true
  if (!trust(peer, 0)) return { sourceAddress: peer, secure: encrypted }
  const proto = headers['x-forwarded-proto']
  // Require it of every value: when a proxy appends its own to the client's, no single one is
  // reliable.
  const secure =
    proto === undefined
      ? encrypted
      : String(proto)
          .split(',')
          .every((one) => one.trim() === 'https')
  return { sourceAddress: farthest(peer, headers['x-forwarded-for'], trust), secure }
}

/**
 * Converts IPv4-mapped IPv6 of dual-stack sockets to IPv4; other addresses are canonical already.
 */
function plain(address: string): string {
  return address.startsWith('::ffff:') ? (canonicalAddress(address) ?? address) : address
}

/**
 * Returns the first address, counted from us, that is not a trusted proxy's; anyone may have
 * written the entries before it.
 */
function farthest(
  peer: string,
  forwardedFor: string | readonly string[] | undefined,
  trust: Trust,
): string {
  const hops = String(forwardedFor ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter(Boolean)
    .reverse()
  let address = peer
  for (const [index, hop] of hops.entries()) {
    if (!trust(address, index)) break
    const canonical = canonicalAddress(hop)
    if (canonical === undefined)
      throw new RequestFault('an entry of X-Forwarded-For is no IP address')
    address = canonical
  }
  return address
}
