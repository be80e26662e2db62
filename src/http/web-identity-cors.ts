import type { RequestListener } from 'node:http'
import { headerOf, type WireAnswer, type WireRequest } from '../aws/wire.ts'

type Dispatch = (request: WireRequest) => Promise<WireAnswer>

const action = 'AssumeRoleWithWebIdentity'
/** What the JavaScript SDK sends from a browser besides what needs no leave. */
const headers = 'amz-sdk-invocation-id, amz-sdk-request, content-type, x-amz-content-sha256, x-amz-user-agent, x-amzn-trace-id'
const preflightSeconds = 3600

/**
 * Lets pages of these origins read the answer of one call, the unsigned AssumeRoleWithWebIdentity (Fetch standard, "CORS
 * protocol"). Without origins both are what they were. Never with credentials: no cookie has a say in a call.
 */
export function webIdentityCors(origins: readonly string[], dispatch: Dispatch): Dispatch {
  if (origins.length === 0) return dispatch
  return async (request) => {
    const answer = await dispatch(request)
    const allowed = allowedOrigin(origins, headerOf(request.rawHeaders, 'origin'))
    if (allowed === undefined || !isWebIdentityCall(request)) return answer
    const more = { 'access-control-allow-origin': allowed, 'access-control-expose-headers': 'x-amzn-requestid', vary: 'Origin' }
    return { ...answer, headers: { ...answer.headers, ...more } }
  }
}

/** Answers the browser's question whether it may post to `/`; everything else goes to `rest`. */
export function webIdentityPreflight(origins: readonly string[], rest: RequestListener): RequestListener {
  if (origins.length === 0) return rest
  return (req, res) => {
    const { method, url, headers: asked } = req
    const asks = method === 'OPTIONS' && url === '/' && asked['access-control-request-method'] === 'POST'
    const allowed = asks ? allowedOrigin(origins, asked.origin) : undefined
    if (allowed === undefined) return rest(req, res)
    res.writeHead(204, {
      'access-control-allow-origin': allowed, 'access-control-allow-methods': 'POST', 'access-control-allow-headers': headers,
      'access-control-max-age': String(preflightSeconds), vary: 'Origin, Access-Control-Request-Method',
    }).end()
  }
}

function allowedOrigin(origins: readonly string[], origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined
  if (origins.includes('*')) return '*'
  return origins.includes(origin) ? origin : undefined
}

function isWebIdentityCall({ method, rawHeaders, body }: WireRequest): boolean {
  return method === 'POST' && headerOf(rawHeaders, 'authorization') === undefined
    && new URLSearchParams(body.toString('latin1')).get('Action') === action
}
