import type { CustomFetch, ServerMetadata } from 'openid-client'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type {
  ClientCertificate,
  Outbound,
  OutboundAnswer,
  OutboundMessage,
} from '../../outbound/outbound.ts'
import { freshSeconds } from '../../web-identity/freshness.ts'
import { readDiscovery } from './discovery.ts'
import { openKeyStore } from './key-store.ts'
import { OidcFault, unreachable } from './oidc-fault.ts'

export interface TransportPorts {
  readonly clock: Clock
  readonly outbound: Pick<Outbound, 'get' | 'send'>
  readonly log: Log
}

/** What is known of a provider, and the door to it: the connector's only I/O. */
export interface ProviderSource {
  /**
   * The provider's metadata: at hand while fresh or while the provider does not answer, else
   * fetched. Throws OidcFault.
   */
  metadata(): Promise<ServerMetadata>
  /** What is at hand; undefined while nothing is. */
  known(): ServerMetadata | undefined
  /**
   * A door for one use of the library. It answers for the provider's keys from a store: with keys
   * that fit, fetched again when a token of this use names one that is not there.
   */
  door(signal: AbortSignal): CustomFetch
  /**
   * The provider's key set as text: keys that fit only, fetched again where none has the id. Throws
   * OidcFault.
   */
  keys(url: string, keyId: string | undefined): Promise<string>
  /** For readiness: throws while nothing is at hand. Sends nothing. */
  probe(): void
}

/** How long metadata are used while the provider does not answer. */
const staleMs = 24 * 3_600_000
/** Least time between two fetches while the provider does not answer. */
const retryMs = 5000

interface Wanted {
  readonly issuer: string
  readonly clientCertificate: ClientCertificate | undefined
}

export function openProviderSource(
  { issuer, clientCertificate }: Wanted,
  ports: TransportPorts,
): ProviderSource {
  const { clock, outbound, log } = ports
  const keys = openKeyStore(ports)
  const now = () => clock.now().getTime()
  let current: { metadata: ServerMetadata; freshUntil: number } | undefined
  let failed: { at: number; fault: OidcFault } | undefined
  let fetching: Promise<void> | undefined

  async function attempt(): Promise<void> {
    try {
      const url = discoveryUrl(issuer)
      const answer = await outbound.get(url, { headers: { accept: 'application/json' } })
      const metadata = readDiscovery(answer, issuer)
      current = { metadata, freshUntil: now() + freshSeconds(answer.headers, clock.now()) * 1000 }
      failed = undefined
    } catch (error) {
      const fault = unreachable(error)
      failed = { at: now(), fault }
      log('oidc.discovery-failed', { issuer, kept: usable() !== undefined, problem: fault.detail })
    }
  }
  function refresh(): Promise<void> {
    if (failed && now() - failed.at < retryMs) return Promise.resolve()
    fetching ??= attempt().finally(() => {
      fetching = undefined
    })
    return fetching
  }
  function usable(): ServerMetadata | undefined {
    return current && now() < current.freshUntil + staleMs ? current.metadata : undefined
  }
  async function metadata(): Promise<ServerMetadata> {
    const known = usable()
    if (known && now() >= current!.freshUntil) void refresh()
    if (known) return known
    await refresh()
    const found = usable()
    if (!found)
      throw failed?.fault ?? new OidcFault('discovery', 'the provider was asked a moment ago')
    return found
  }
  void refresh()

  return {
    metadata,
    known: usable,
    keys: (url, keyId) => keys.holding(url, keyId),
    probe() {
      if (usable()) return
      throw failed?.fault ?? new OidcFault('discovery', "the provider's metadata were never read")
    },
    door(signal) {
      let keyId: string | undefined
      return async (url, { method, headers, body }) => {
        const { jwks_uri: keySetUrl } = usable() ?? {}
        if (url === keySetUrl && method === 'GET')
          return responseOf({ status: 200, headers: json, body: await keys.holding(url, keyId) })
        const answer = await outbound.send(url, {
          method: method === 'POST' ? 'POST' : 'GET',
          headers,
          body: bodyText(body),
          clientCertificate,
          signal,
        })
        keyId = keyIdIn(answer.body) ?? keyId
        return responseOf(answer)
      }
    },
  }
}

const json = { 'content-type': 'application/json' }

/** OpenID Connect Discovery 1.0, section 4.1. */
export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
}

/** The library sends forms and JSON, never streams. */
export function bodyText(body: unknown): OutboundMessage['body'] {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string' || body instanceof URLSearchParams) return String(body)
  throw new TypeError('a body of this kind is not sent')
}

/** Statuses that the Fetch standard allows no body for. */
const bodiless: ReadonlySet<number> = new Set([101, 103, 204, 205, 304])

/** What the library takes for an answer of ours. */
export function responseOf({
  status,
  headers,
  body,
}: Omit<OutboundAnswer, 'body'> & { readonly body: Buffer | string }): Response {
  const told = ['content-type', 'www-authenticate', 'retry-after'].flatMap((name) => {
    const value = headers[name]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  const bytes = typeof body === 'string' ? body : new Uint8Array(body)
  return new Response(bodiless.has(status) ? null : bytes, {
    status: status >= 200 && status <= 599 ? status : 502,
    headers: Object.fromEntries(told),
  })
}

/**
 * The key id in the header of an answer's ID token, unchecked: it only says which key to look for.
 */
function keyIdIn(body: Buffer): string | undefined {
  try {
    const { id_token: token } = JSON.parse(body.toString('utf8'))
    const header = JSON.parse(Buffer.from(String(token).split('.')[0]!, 'base64url').toString())
    return typeof header.kid === 'string' ? header.kid : undefined
  } catch {
    return undefined
  }
}
