import type { RequestListener } from 'node:http'
import { headerOf, type WireAnswer, type WireRequest } from '../aws/wire.ts'
import { callTarget, isCallPath, originForm } from './call-target.ts'

type Dispatch = (request: WireRequest) => Promise<WireAnswer>

const action = 'AssumeRoleWithWebIdentity'
/** The request headers that the JavaScript SDK sends from a browser and CORS must allow. */
const headers = [
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'content-type',
  'x-amz-content-sha256',
  'x-amz-user-agent',
  'x-amzn-trace-id',
].join(', ')
const preflightSeconds = 3600

/**
 * Lets pages of these origins read the answer of one call, the unsigned AssumeRoleWithWebIdentity
 * (Fetch standard, "CORS protocol"). Without origins nothing changes. Never allows credentials,
 * because calls do not use cookies.
 */
export function webIdentityCors(origins: readonly string[], dispatch: Dispatch): Dispatch {
  if (origins.length === 0) return dispatch
  return async (request) => {
    const answer = await dispatch(request)
    const allowed = allowedOrigin(origins, headerOf(request.rawHeaders, 'origin'))
    if (allowed === undefined || !isWebIdentityCall(request)) return answer
    const more = {
      'access-control-allow-origin': allowed,
      'access-control-expose-headers': 'x-amzn-requestid',
      vary: 'Origin',
    }
    return { ...answer, headers: { ...answer.headers, ...more } }
  }
}

/** Answers the CORS preflight for a call; passes everything else to `rest`. */
export function webIdentityPreflight(
  origins: readonly string[],
  rest: RequestListener,
): RequestListener {
  if (origins.length === 0) return rest
  return (req, res) => {
    const { method, url, headers: asked } = req
    const asks =
      method === 'OPTIONS' &&
      asked['access-control-request-method'] === 'POST' &&
      isCallPath(callTarget(originForm(url!)).rawPath)
    const allowed = asks ? allowedOrigin(origins, asked.origin) : undefined
    if (allowed === undefined) return rest(req, res)
    res
      .writeHead(204, {
        'access-control-allow-origin': allowed,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': headers,
        'access-control-max-age': String(preflightSeconds),
        vary: 'Origin, Access-Control-Request-Method',
      })
      .end()
  }
}

function allowedOrigin(origins: readonly string[], origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined
  if (origins.includes('*')) return '*'
  return origins.includes(origin) ? origin : undefined
}

function isWebIdentityCall({ method, rawHeaders, body, rawQuery }: WireRequest): boolean {
  if (method !== 'POST' && method !== 'GET') return false
  if (headerOf(rawHeaders, 'authorization') !== undefined) return false
  const named = [rawQuery, body.toString('latin1')].flatMap((text) =>
    new URLSearchParams(text).getAll('Action'),
  )
  return named.length === 1 && named[0] === action
}
