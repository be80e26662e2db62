import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'

/** Whether a hop's X-Forwarded-* count; the hop that is nearest to us is 0. */
export type Trust = (address: string, hop: number) => boolean

/** Where a request came from, and over what, as Express's `req.ip` and `req.secure` tell it. */
export function originOfRequest({ socket, headers }: IncomingMessage, trust: Trust): { readonly sourceAddress: string; readonly secure: boolean } {
  const peer = socket.remoteAddress ?? ''
  const encrypted = (socket as Partial<TLSSocket>).encrypted === true
  if (!trust(peer, 0)) return { sourceAddress: peer, secure: encrypted }
  const proto = headers['x-forwarded-proto']
  const secure = proto === undefined ? encrypted : String(proto).split(',', 1)[0]!.trim() === 'https'
  return { sourceAddress: farthest(peer, headers['x-forwarded-for'], trust), secure }
}

/** The first address, counted from us, that is no trusted proxy's; what stands before it anybody may have written. */
function farthest(peer: string, forwardedFor: string | readonly string[] | undefined, trust: Trust): string {
  const hops = String(forwardedFor ?? '').split(',').map((hop) => hop.trim()).filter(Boolean).reverse()
  let address = peer
  for (const [index, hop] of hops.entries()) {
    if (!trust(address, index)) break
    address = hop
  }
  return address
}
