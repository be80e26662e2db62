/**
 * The one door for HTTP requests that Gatehouse makes. https only; no redirects are followed; time and size are capped;
 * a name that stands for a private address is refused unless the `resolve` table names it, and the connection goes to the
 * address that was looked up and checked, so that a second answer of DNS changes nothing.
 */
import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { isIP } from 'node:net'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { isPublicAddress, parseEndpoint } from './addresses.ts'
import { OutboundFault } from './outbound-fault.ts'
import { isUntrusted, presentedAuthority } from './presented-authority.ts'
import { hostOf, pinned, type Route } from './route.ts'
import type { OutboundSettings } from './settings.ts'

export interface OutboundRequest {
  readonly headers?: Readonly<Record<string, string>>
  /**
   * SHA-1 fingerprints (40 hexadecimal digits) of certificates that may stand in for a trusted authority, when no trusted
   * authority vouches for the host (IAM user guide, "thumbprint"). Name and validity are checked all the same.
   */
  readonly thumbprints?: readonly string[]
}
export interface OutboundAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}
export interface Outbound extends AsyncDisposable {
  /** Throws OutboundFault. Any status but a redirect is an answer. */
  get(url: string, options?: OutboundRequest): Promise<OutboundAnswer>
}
/** Every address of a name. */
export type Lookup = (host: string) => Promise<readonly LookupAddress[]>

/** Throws when the file of authorities can't be read. */
export async function openOutbound(settings: OutboundSettings, lookup: Lookup = everyAddress): Promise<Outbound> {
  const { resolve, caFile, timeoutMs, maxBytes } = settings
  const trusted = caFile === undefined ? undefined : trusting([...getCACertificates('default'), await readFile(caFile, 'utf8')])
  const closing = new AbortController()

  async function routeTo(text: string): Promise<Route> {
    const url = URL.parse(text)
    if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
      throw new OutboundFault('url-refused', `\`${text.slice(0, 256)}\` is not an https URL without user info`)
    }
    const host = hostOf(url)
    const port = url.port === '' ? 443 : Number(url.port)
    const named = Object.hasOwn(resolve, host) ? parseEndpoint(resolve[host]!) : undefined
    if (named) return { url, port: named.port ?? port, addresses: [{ address: named.address, family: isIP(named.address) }] }
    const all = isIP(host) === 0 ? await lookup(host) : [{ address: host, family: isIP(host) }]
    const addresses = all.filter(({ address }) => isPublicAddress(address))
    if (addresses.length === 0) {
      throw new OutboundFault('address-refused', `\`${host}\` stands for no public address: name it under \`outbound.resolve\` if it shall be called`)
    }
    return { url, port, addresses }
  }

  async function getWithin(text: string, { headers = {}, thumbprints = [] }: OutboundRequest, signal: AbortSignal): Promise<OutboundAnswer> {
    const route = await routeTo(text)
    try {
      return await exchange(route, { headers, signal, maxBytes, trusted })
    } catch (error) {
      if (thumbprints.length === 0 || !isUntrusted(error)) throw error
      const authority = await presentedAuthority(route, thumbprints, signal)
      if (authority === undefined) throw error
      return exchange(route, { headers, signal, maxBytes, trusted: trusting([authority]) })
    }
  }

  return {
    async get(url, options = {}) {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)])
      try {
        return await orAborted(getWithin(url, options, signal), signal)
      } catch (error) {
        throw outboundFault(error, url, signal, timeoutMs)
      }
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
    },
  }
}

interface Exchange {
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly maxBytes: number
  /** undefined: the system's authorities. */
  readonly trusted: SecureContext | undefined
}

async function exchange({ url, port, addresses }: Route, { headers, signal, maxBytes, trusted }: Exchange): Promise<OutboundAnswer> {
  // An agent of its own: nothing of this connection outlives the request.
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 })
  const { promise, resolve, reject } = Promise.withResolvers<OutboundAnswer>()
  const outgoing = request({
    host: hostOf(url), port, path: url.pathname + url.search, method: 'GET', agent, signal, lookup: pinned(addresses),
    headers: { ...headers, host: url.host, 'accept-encoding': 'identity', 'user-agent': 'gatehouse' },
    minVersion: 'TLSv1.2', ...(trusted && { secureContext: trusted }),
  }, (answer) => void readAnswer(answer, maxBytes).then(resolve, reject))
  // Stays: what a connection says after it was given up must find a listener.
  outgoing.on('error', reject)
  outgoing.end()
  try {
    return await promise
  } finally {
    outgoing.destroy()
    agent.destroy()
  }
}

async function readAnswer(answer: IncomingMessage, maxBytes: number): Promise<OutboundAnswer> {
  const { statusCode: status = 0, headers } = answer
  const encoding = headers['content-encoding'] ?? 'identity'
  if (status >= 300 && status < 400 && status !== 304) throw new OutboundFault('redirect', `it answered ${status}, and redirects are not followed`)
  // What is inflated has no bound that the sender could not choose.
  if (encoding !== 'identity') throw new OutboundFault('encoded', 'it answered in an encoding that was not asked for')
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > maxBytes) throw new OutboundFault('too-large', `it answered more than ${maxBytes} bytes`)
    parts.push(part)
  }
  return { status, headers, body: Buffer.concat(parts) }
}

async function everyAddress(host: string): Promise<readonly LookupAddress[]> {
  return systemLookup(host, { all: true, order: 'verbatim' })
}

/** These authorities and no others; one below the root is enough. */
function trusting(ca: string[]): SecureContext {
  return createSecureContext({ ca, allowPartialTrustChain: true, minVersion: 'TLSv1.2' })
}

/** The system's look-up can't be stopped: it is left behind. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function outboundFault(error: unknown, url: string, signal: AbortSignal, timeoutMs: number): OutboundFault {
  const where = URL.parse(url)?.host ?? 'the URL'
  if (error instanceof OutboundFault) return new OutboundFault(error.code, `${where}: ${error.message}`, { cause: error.cause })
  if (signal.aborted) {
    const late = (signal.reason as Error).name === 'TimeoutError'
    return new OutboundFault(late ? 'timeout' : 'closed', `${where}: ${late ? `no whole answer within ${timeoutMs} ms` : 'Gatehouse is closing'}`)
  }
  const cause = error instanceof Error ? error : new Error(String(error))
  const { code = cause.message } = cause as NodeJS.ErrnoException
  return isUntrusted(cause)
    ? new OutboundFault('untrusted', `${where}: its certificate is not trusted (${code})`, { cause })
    : new OutboundFault('unreachable', `${where}: it cannot be reached (${code})`, { cause })
}
