/**
 * Every HTTP request that Gatehouse makes goes through here. https only; redirects are not
 * followed; time and size are capped. A name that resolves to a private address is refused unless
 * the `resolve` table names it. The connection goes to the address that was checked, so that a
 * second DNS answer can't redirect it (DNS rebinding).
 */
import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { isIP } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { isPublicAddress, parseEndpoint } from './addresses.ts'
import { OutboundFault } from './outbound-fault.ts'
import { isUntrusted, presentedAuthority } from './presented-authority.ts'
import { hostOf, pinned, type Route } from './route.ts'
import type { OutboundSettings } from './settings.ts'

export interface OutboundRequest {
  readonly headers?: Readonly<Record<string, string>>
  /**
   * SHA-1 fingerprints (40 hexadecimal digits) of certificates that are accepted where no trusted
   * authority signed the host's certificate (IAM user guide, "thumbprint"). Name and validity are
   * checked as always.
   */
  readonly thumbprints?: readonly string[] | undefined
  /** The largest answer to take, where this request is for a large one; default: the setting. */
  readonly maxBytes?: number | undefined
  /** The time for the whole answer, where this request is for a large one; default: the setting. */
  readonly timeoutMs?: number | undefined
}
/** A certificate that Gatehouse shows to the host (RFC 8705), and its key: both PEM. */
export interface ClientCertificate {
  readonly certificate: string
  readonly key: string
}
export interface OutboundMessage extends OutboundRequest {
  readonly method: 'GET' | 'POST'
  readonly body?: string | undefined
  readonly clientCertificate?: ClientCertificate | undefined
  /** Ends the request early. */
  readonly signal?: AbortSignal | undefined
}
export interface OutboundAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}
export interface Outbound extends AsyncDisposable {
  /** Throws OutboundFault. Returns answers of every status except redirects. */
  get(url: string, options?: OutboundRequest): Promise<OutboundAnswer>
  /** As `get`, for messages with a body or a client certificate. Nothing is sent twice. */
  send(url: string, message: OutboundMessage): Promise<OutboundAnswer>
}
/** Every address of a name. */
export type Lookup = (host: string) => Promise<readonly LookupAddress[]>

/** Throws when the file of authorities can't be read. */
export async function openOutbound(
  settings: OutboundSettings,
  lookup: Lookup = everyAddress,
): Promise<Outbound> {
  const { resolve, caFile, timeoutMs, maxBytes } = settings
  const authorities =
    caFile === undefined
      ? undefined
      : [...getCACertificates('default'), await readFile(caFile, 'utf8')]
  const trusted = authorities && trusting(authorities)
  const closing = new AbortController()

  async function routeTo(text: string): Promise<Route> {
    const url = URL.parse(text)
    if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
      throw new OutboundFault(
        'url-refused',
        `\`${text.slice(0, 256)}\` is not an https URL without user info`,
      )
    }
    const host = hostOf(url)
    const port = url.port === '' ? 443 : Number(url.port)
    const named = Object.hasOwn(resolve, host) ? parseEndpoint(resolve[host]!) : undefined
    if (named)
      return {
        url,
        port: named.port ?? port,
        addresses: [{ address: named.address, family: isIP(named.address) }],
      }
    const all = isIP(host) === 0 ? await lookup(host) : [{ address: host, family: isIP(host) }]
    const addresses = all.filter(({ address }) => isPublicAddress(address))
    if (addresses.length === 0) {
      throw new OutboundFault(
        'address-refused',
        `\`${host}\` has no public address: name it under \`outbound.resolve\` if it may be called`,
      )
    }
    return { url, port, addresses }
  }

  async function sendWithin(
    text: string,
    message: OutboundMessage,
    signal: AbortSignal,
  ): Promise<OutboundAnswer> {
    const { thumbprints = [], clientCertificate } = message
    const exchanged: Exchange = {
      method: message.method,
      body: message.body,
      headers: message.headers ?? {},
      maxBytes: message.maxBytes ?? maxBytes,
      signal,
      trusted: clientCertificate ? trusting(authorities, clientCertificate) : trusted,
    }
    const route = await routeTo(text)
    try {
      return await exchange(route, exchanged)
    } catch (error) {
      if (thumbprints.length === 0 || !isUntrusted(error)) throw error
      const authority = await presentedAuthority(route, thumbprints, signal)
      if (authority === undefined) throw error
      return exchange(route, { ...exchanged, trusted: trusting([authority], clientCertificate) })
    }
  }

  async function send(url: string, message: OutboundMessage): Promise<OutboundAnswer> {
    const limitMs = message.timeoutMs ?? timeoutMs
    const ends = [closing.signal, AbortSignal.timeout(limitMs)]
    const signal = AbortSignal.any(message.signal ? [...ends, message.signal] : ends)
    try {
      return await orAborted(sendWithin(url, message, signal), signal)
    } catch (error) {
      throw outboundFault(error, url, { signal, timeoutMs: limitMs, closing: closing.signal })
    }
  }

  return {
    get: (url, options = {}) => send(url, { ...options, method: 'GET' }),
    send,
    async [Symbol.asyncDispose]() {
      closing.abort()
    },
  }
}

interface Exchange {
  readonly method: OutboundMessage['method']
  readonly body: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly maxBytes: number
  /** undefined: the certificate authorities of the system. */
  readonly trusted: SecureContext | undefined
}

async function exchange(
  { url, port, addresses }: Route,
  { method, body, headers, signal, maxBytes, trusted }: Exchange,
): Promise<OutboundAnswer> {
  // Use a separate agent, so that no connection outlives the request.
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 })
  const { promise, resolve, reject } = Promise.withResolvers<OutboundAnswer>()
  const outgoing = request(
    {
      host: hostOf(url),
      port,
      path: url.pathname + url.search,
      method,
      agent,
      signal,
      lookup: pinned(addresses),
      headers: {
        ...headers,
        host: url.host,
        'accept-encoding': 'identity',
        'user-agent': 'gatehouse',
        ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
      },
      minVersion: 'TLSv1.2',
      ...(trusted && { secureContext: trusted }),
    },
    (answer) => void readAnswer(answer, maxBytes).then(resolve, reject),
  )
  // Keep this listener: an `error` event after the request was given up would otherwise be thrown.
  outgoing.on('error', reject)
  outgoing.end(body)
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
  if (status >= 300 && status < 400 && status !== 304)
    throw new OutboundFault('redirect', `it answered ${status}, and redirects are not followed`)
  // Refuse compressed answers: a small one can inflate to any size.
  if (encoding !== 'identity')
    throw new OutboundFault('encoded', 'it answered in an encoding that was not asked for')
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > maxBytes)
      throw new OutboundFault('too-large', `it answered more than ${maxBytes} bytes`)
    parts.push(part)
  }
  return { status, headers, body: await joined(parts, bytes) }
}

/** How much is copied in one turn of the event loop. */
const bytesPerTurn = 1_000_000

/** Join in slices: copying tens of megabytes at once would hold everything else up. */
async function joined(parts: readonly Buffer[], bytes: number): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(bytes)
  let [at, inTurn] = [0, 0]
  for (const part of parts) {
    at += part.copy(whole, at)
    inTurn += part.length
    if (inTurn < bytesPerTurn) continue
    await nextTurn()
    inTurn = 0
  }
  return whole
}

async function everyAddress(host: string): Promise<readonly LookupAddress[]> {
  return systemLookup(host, { all: true, order: 'verbatim' })
}

/**
 * Trust these authorities and no others (absent: the system's); an intermediate certificate may be
 * the root of a chain.
 */
function trusting(ca: string[] | undefined, own?: ClientCertificate | undefined): SecureContext {
  return createSecureContext({
    ...(ca && { ca, allowPartialTrustChain: true }),
    ...(own && { cert: own.certificate, key: own.key }),
    minVersion: 'TLSv1.2',
  })
}

/** Reject when `signal` aborts. The system's look-up can't be cancelled; its result is ignored. */
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

interface Ends {
  readonly signal: AbortSignal
  readonly closing: AbortSignal
  readonly timeoutMs: number
}

function outboundFault(
  error: unknown,
  url: string,
  { signal, closing, timeoutMs }: Ends,
): OutboundFault {
  const where = URL.parse(url)?.host ?? 'the URL'
  if (error instanceof OutboundFault)
    return new OutboundFault(error.code, `${where}: ${error.message}`, { cause: error.cause })
  if (signal.aborted) {
    if (closing.aborted) return new OutboundFault('closed', `${where}: Gatehouse is closing`)
    const late = (signal.reason as Error).name === 'TimeoutError'
    return new OutboundFault(
      'timeout',
      `${where}: ${late ? `no whole answer within ${timeoutMs} ms` : 'it was given up'}`,
    )
  }
  const cause = error instanceof Error ? error : new Error(String(error))
  const { code = cause.message } = cause as NodeJS.ErrnoException
  return isUntrusted(cause)
    ? new OutboundFault('untrusted', `${where}: its certificate is not trusted (${code})`, {
        cause,
      })
    : new OutboundFault('unreachable', `${where}: it cannot be reached (${code})`, { cause })
}
