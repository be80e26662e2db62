import type { IncomingMessage } from 'node:http'

/** Path and query of a request, not decoded. */
export interface CallTarget {
  readonly rawPath: string
  /** Without the question mark. */
  readonly rawQuery: string
}

const absolute = /^https?:\/\/[^/?#]*/i
/** Where unsigned calls are accepted: `/sts`, and the root with any number of slashes. */
const ofCalls = /^\/+(?:sts\/*)?$/

/** Returns a request's target in origin form (RFC 9112, section 3.2). */
export function originForm(url: string): string {
  if (url.startsWith('/')) return url
  const rest = absolute.exec(url) ? url.replace(absolute, '') : url
  return rest === '' || rest.startsWith('?') ? `/${rest}` : rest
}

export function callTarget(url: string): CallTarget {
  const mark = url.indexOf('?')
  return mark < 0
    ? { rawPath: url, rawQuery: '' }
    : { rawPath: url.slice(0, mark), rawQuery: url.slice(mark + 1) }
}

/** Whether unsigned calls are accepted at this path. */
export function isCallPath(rawPath: string): boolean {
  return rawPath === '/' || ofCalls.test(rawPath)
}

/**
 * Whether a request is an API call: a POST to the root, a GET there with an Action or a signature,
 * or a signed request to any path, because clients may append to the address.
 */
export function isCall(
  { method, headers: { authorization } }: Pick<IncomingMessage, 'method' | 'headers'>,
  { rawPath, rawQuery }: CallTarget,
): boolean {
  if (isCallPath(rawPath)) {
    if (method === 'POST') return true
    if (method === 'GET' && authorization !== undefined) return true
    if (method === 'GET' && new URLSearchParams(rawQuery).has('Action')) return true
  }
  return authorization?.startsWith('AWS4-') || isPresigned(rawQuery)
}

function isPresigned(rawQuery: string): boolean {
  if (!rawQuery.includes('X-Amz-')) return false
  const query = new URLSearchParams(rawQuery)
  return query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm')
}
