import type { IncomingHttpHeaders } from 'node:http'

/** The request that a proxy asks about, as the client sent it to the proxy. */
export interface Asked {
  /** In lower case. */
  readonly host: string
  /** Path and query, not decoded. */
  readonly target: string
  /** Undefined: the proxy did not say. */
  readonly method: string | undefined
  /** nginx makes the answer itself, of our status and headers; the others hand on ours. */
  readonly proxyAnswers: boolean
}

/** The address that proxies ask; Envoy puts the path of the request behind it. */
export const verifyPath = '/gate/verify'

/** Whether a request's target is for the gate. */
export function isVerify(url: string): boolean {
  return url.startsWith(verifyPath) && /^[/?]?$/.test(url[verifyPath.length] ?? '')
}

/** What the request is read from: more than one of each would be ambiguous. */
const telling: ReadonlySet<string> = new Set([
  'host',
  'x-original-url',
  'x-original-method',
  'x-forwarded-uri',
  'x-forwarded-host',
  'x-forwarded-method',
  'x-gatehouse-proxy',
])

/** Names of request headers, in lower case; undefined when one that is read occurs twice. */
export function headerNames(rawHeaders: readonly string[]): readonly string[] | undefined {
  const names: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase()
    if (telling.has(name) && names.includes(name)) return undefined
    names.push(name)
  }
  return names
}

/**
 * Reads the request from what the proxies send: nginx `X-Original-URL` and `X-Original-Method`;
 * Traefik, Caddy and HAProxy `X-Forwarded-Host`, `-Uri` and `-Method`; Envoy's external
 * authorization its own Host, method, and the path behind ours. Undefined when something is
 * missing, or two of them are there: one may be the client's.
 */
export function readAsked({
  url,
  method,
  headers,
}: {
  readonly url: string
  readonly method: string | undefined
  readonly headers: IncomingHttpHeaders
}): Asked | undefined {
  // Caddy leaves the query of the request behind our path; the whole of it is in the header.
  const behind = url[verifyPath.length] === '/' ? url.slice(verifyPath.length) : ''
  const address = text(headers['x-original-url'])
  const uri = text(headers['x-forwarded-uri'])
  const forms = [behind !== '', address !== undefined, uri !== undefined].filter(Boolean).length
  if (forms !== 1) return undefined
  if (address !== undefined) {
    const [, host = '', target = ''] = /^https?:\/\/([^/?#\\@\s,]+)(\/.*)$/s.exec(address) ?? []
    return asked(host, target, { method: text(headers['x-original-method']), proxyAnswers: true })
  }
  if (uri !== undefined)
    return asked(text(headers['x-forwarded-host']) ?? '', uri, {
      method: text(headers['x-forwarded-method']),
      proxyAnswers: false,
    })
  return asked(headers.host ?? '', behind, { method, proxyAnswers: false })
}

function asked(
  host: string,
  target: string,
  rest: Pick<Asked, 'method' | 'proxyAnswers'>,
): Asked | undefined {
  return target.startsWith('/') && /^[\w.-]+(?::\d+)?$/.test(host)
    ? { host: host.toLowerCase(), target, ...rest }
    : undefined
}

function text(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/**
 * Whether the client is a browser that shows the answer as a page, and so can be sent to sign in. A
 * script, an image, a frame or a WebSocket would follow the redirect to nowhere, again and again.
 */
export function opensPage({ method }: Asked, headers: IncomingHttpHeaders): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  if (headers.upgrade !== undefined || headers['x-requested-with'] !== undefined) return false
  const mode = headers['sec-fetch-mode']
  const destination = headers['sec-fetch-dest']
  if (mode !== undefined && mode !== 'navigate') return false
  if (destination !== undefined && destination !== 'document') return false
  return /\btext\/html\b/i.test(headers.accept ?? '')
}
