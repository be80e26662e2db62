import type { Answered } from '../authorization/asked.ts'
import type { Dispatch } from '../aws/dispatch.ts'
import { headerOf, type WireAnswer, type WireRequest } from '../aws/wire.ts'

const prefix = '/authorize/check/'

export function isProxyCheck(rawPath: string): boolean {
  return rawPath.startsWith(prefix)
}

/**
 * Answers the sub-request of a proxy with 200, 401 or 403 (docs/services.md): nginx's auth_request
 * sends `/authorize/check/SERVICE` with the request's target and method in headers that it sets,
 * Envoy's ext_authz the target after that path.
 */
export async function proxyCheck(
  request: WireRequest,
  dispatchJson: Dispatch['dispatchJson'],
): Promise<WireAnswer> {
  const answer = await dispatchJson(request, 'gatehouse:CheckRequest', checkedRequest(request))
  if (answer.status === 200) return decided(answer)
  const { Error: error } = JSON.parse(answer.body) as {
    readonly Error: { Code: string; Message: string }
  }
  // nginx takes every other status for an error of this server.
  const status = error.Code === 'MissingAuthenticationToken' ? 401 : Math.max(403, answer.status)
  return { ...answer, status, body: JSON.stringify({ message: error.Message }) }
}

function decided(answer: WireAnswer): WireAnswer {
  const { Decision, Caller, Answers } = JSON.parse(answer.body) as Answered
  const [first] = Answers
  const body = JSON.stringify({ message: first?.Say })
  if (first?.Verdict !== 'allow' || !Caller) return { ...answer, status: 403, body }
  const headers = {
    ...answer.headers,
    'x-gatehouse-decision': Decision,
    'x-gatehouse-arn': Caller.Arn,
    'x-gatehouse-account': Caller.Account,
    'x-gatehouse-user-id': Caller.UserId,
    'x-gatehouse-payload-hash': Caller.PayloadHash,
    'x-gatehouse-signed-headers': Caller.SignedHeaders.join(';'),
  }
  return { ...answer, headers, body }
}

function checkedRequest({ method, rawPath, rawQuery, rawHeaders, ...origin }: WireRequest) {
  const [service = '', ...rest] = rawPath.slice(prefix.length).split('/')
  const query = rawQuery === '' ? '' : `?${rawQuery}`
  const ofEnvoy = rest.length > 0
  const target = ofEnvoy ? `/${rest.join('/')}${query}` : headerOf(rawHeaders, 'x-original-uri')
  const [path = '', ...parameters] = (target ?? '').split('?')
  // Some clients sign the length of the body, which a proxy does not send here.
  const bytes = headerOf(rawHeaders, 'x-original-content-length')
  const headers: [string, string][] = bytes ? [['content-length', bytes]] : []
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (!/^(?:cookie|content-length|x-original-.*)$/i.test(rawHeaders[at]!))
      headers.push([rawHeaders[at]!, rawHeaders[at + 1]!])
  const bearer = /^Bearer +([^ ]+)$/i.exec(headerOf(rawHeaders, 'authorization') ?? '')?.[1]
  return {
    Version: '2026-11-29',
    Service: service,
    ...(bearer !== undefined && { Bearer: bearer }),
    Request: {
      Method: ofEnvoy ? method : (headerOf(rawHeaders, 'x-original-method') ?? ''),
      Path: path,
      Query: parameters.join('?'),
      Headers: headers,
      PayloadHash: 'UNSIGNED-PAYLOAD',
    },
    From: {
      SourceIp: origin.sourceAddress,
      Secure: origin.secure,
      UserAgent: headerOf(rawHeaders, 'user-agent')?.slice(0, 1024),
    },
  }
}
