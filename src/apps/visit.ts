import type { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Identity } from '../kernel/identity.ts'
import type { Origin } from '../sign-in/sign-in-event.ts'

/** What the edge knows of a request before the library has it. */
export interface Visit {
  readonly origin: Origin
  /** Who is signed in at Gatehouse in this browser; never of a call by an app. */
  readonly identity?: Identity | undefined
  /** The certificate that the app showed in TLS, as a trusted proxy tells. */
  readonly certificate?:
    | { readonly certificate: X509Certificate; readonly verified: boolean }
    | undefined
  /** The code of a device in the address that this browser was sent to. */
  readonly userCode?: string | undefined
  /** Ends the sign-in of this browser. */
  readonly signOut?: (() => Promise<void>) | undefined
}

const visits = new WeakMap<IncomingMessage, Visit>()

export function noteVisit(req: IncomingMessage, visit: Visit): void {
  visits.set(req, visit)
}

/** Throws for a request that did not come through `noteVisit`: a bug. */
export function visitOf(req: IncomingMessage): Visit {
  const found = visits.get(req)
  if (!found) throw new Error('a request of an app without its visit')
  return found
}

/**
 * Makes what the library reads of a request ours: it builds every address from these headers, and a
 * client may have written them. `publicUrl`: how the outside reaches us.
 */
export function pinAddress(req: IncomingMessage, publicUrl: URL, sourceAddress: string): void {
  delete req.headers.forwarded
  delete req.headers['x-forwarded-host']
  req.headers.host = publicUrl.host
  req.headers['x-forwarded-proto'] = publicUrl.protocol.slice(0, -1)
  req.headers['x-forwarded-for'] = sourceAddress
}
