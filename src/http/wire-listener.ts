import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { largeBodyPath } from '../aws/large-bodies.ts'
import { asksForJson, encodeJsonFault } from '../aws/query/encode-json.ts'
import { encodeFault } from '../aws/query/faults.ts'
import type { WireAnswer, WireRequest } from '../aws/wire.ts'
import { AwsFault, commonFault } from '../kernel/aws-fault.ts'
import type { AppPorts } from './app-ports.ts'
import { type CallTarget, callTarget, isCall, originForm } from './call-target.ts'
import { clientCertificate } from './client-certificate.ts'
import { RequestFault } from './fields.ts'
import { originOfRequest, type Trust } from './forwarded.ts'
import { isProxyCheck, proxyCheck } from './proxy-check.ts'
import { bodyReader } from './read-body.ts'
import { Turns } from './turns.ts'

export interface WirePorts
  extends Pick<
    AppPorts,
    'dispatch' | 'dispatchJson' | 'ids' | 'bodyBytes' | 'knowsCaller' | 'clientCertificate'
  > {
  readonly trust: Trust
}

const noBody = Buffer.alloc(0)

/** Operations called with JSON at a path of their own (docs/services.md, docs/as-code.md,
 * docs/policy-tools.md). */
export const jsonPaths: ReadonlyMap<string, string> = new Map([
  ['/authorize', 'gatehouse:Authorize'],
  ['/authorize/changes', 'gatehouse:FollowChanges'],
  ['/services/create', 'gatehouse:CreateService'],
  ['/services/update', 'gatehouse:UpdateService'],
  ['/services/delete', 'gatehouse:DeleteService'],
  ['/services/get', 'gatehouse:GetService'],
  ['/services/list', 'gatehouse:ListServices'],
  ['/explain/access', 'gatehouse:ExplainAccess'],
  ['/mapping/connectors', 'gatehouse:ListConnectors'],
  ['/mapping/connector', 'gatehouse:GetConnector'],
  ['/mapping/sign-ins', 'gatehouse:ListRecentSignIns'],
  ['/mapping/keys', 'gatehouse:ListPersonKeys'],
  ['/mapping/keys/delete', 'gatehouse:DeletePersonKey'],
  ['/mapping/evaluate', 'gatehouse:EvaluateMapping'],
  ['/mapping/replay', 'gatehouse:ReplayMapping'],
  ['/explain/who-can', 'gatehouse:WhoCan'],
  ['/explain/role-graph', 'gatehouse:RoleGraph'],
  ['/explain/events', 'gatehouse:LookupEvents'],
  ['/directory/search', 'gatehouse:SearchEntities'],
  ['/analysis/unused-access', 'gatehouse:StartUnusedAccess'],
  ['/analysis/replay', 'gatehouse:StartCallReplay'],
  ['/analysis/result', 'gatehouse:GetAnalysis'],
  ['/sessions/list', 'gatehouse:ListSessions'],
  ['/sessions/end', 'gatehouse:EndSession'],
  ['/sessions/tree', 'gatehouse:GetSessionTree'],
  ['/batch/read', 'gatehouse:BatchRead'],
  [largeBodyPath, 'gatehouse:BatchWrite'],
])

/**
 * Serves AWS's Query API: `POST /`, `GET /` with an Action, and signed calls at any path. Uses no
 * cookies, sessions, page headers or Express, which costs as much as the whole call (docs:
 * performance). Passes everything else to `rest`.
 */
export function wireListener(
  { dispatch, dispatchJson, ids, trust, clientCertificate: names, ...limits }: WirePorts,
  rest: RequestListener,
): RequestListener {
  const readBody = bodyReader(limits)
  const turns = new Turns()
  function originOf(req: IncomingMessage): ReturnType<typeof originOfRequest> | AwsFault {
    try {
      return originOfRequest(req, trust)
    } catch (error) {
      if (error instanceof RequestFault) return commonFault('ValidationError', error.message)
      throw error
    }
  }

  function refuse(req: IncomingMessage, res: ServerResponse, fault: AwsFault): void {
    const requestId = ids.uuid()
    const json = jsonPaths.has(callTarget(req.url!).rawPath) || asksForJson(req.rawHeaders)
    // The rest of the body is dropped with the connection.
    send(res, {
      status: fault.status,
      headers: {
        'content-type': json ? 'application/json' : 'text/xml',
        'x-amzn-requestid': requestId,
        connection: 'close',
      },
      body: json ? encodeJsonFault(fault, requestId) : encodeFault(fault, requestId),
    })
  }

  async function answer(
    req: IncomingMessage,
    res: ServerResponse,
    { rawPath, rawQuery }: CallTarget,
  ): Promise<void> {
    // Read the address before waiting for anything, because it is gone once the client resets the
    // connection.
    const origin = originOf(req)
    if (origin instanceof AwsFault) return refuse(req, res, origin)
    const { sourceAddress } = origin
    if (sourceAddress === '') return void res.destroy()
    const target = { rawPath, rawQuery, sourceAddress }
    const body = req.method === 'POST' ? await readBody(req, res, target) : noBody
    if (body instanceof AwsFault) return refuse(req, res, body)
    await turns.arrival()
    const request = {
      method: req.method!,
      rawPath,
      rawQuery,
      rawHeaders: req.rawHeaders,
      body,
      ...origin,
      ...(jsonPaths.has(rawPath) && { certificate: () => clientCertificate(req, names, trust) }),
    }
    const answered = await answerOf(request)
    await turns.departure()
    send(res, answered)
  }

  function answerOf(request: WireRequest): Promise<WireAnswer> {
    const action = dispatchJson && jsonPaths.get(request.rawPath)
    if (action) return dispatchJson(request, action)
    if (dispatchJson && isProxyCheck(request.rawPath)) return proxyCheck(request, dispatchJson)
    return dispatch(request)
  }

  return (req, res) => {
    // The routes of pages read the target too.
    req.url = originForm(req.url!)
    const target = callTarget(req.url)
    const { rawPath } = target
    const json = req.method === 'POST' && jsonPaths.has(rawPath)
    if (json || isProxyCheck(rawPath) || isCall(req, target)) void answer(req, res, target)
    else rest(req, res)
  }
}

function send(res: ServerResponse, { status, headers, body }: WireAnswer): void {
  const bytes = Buffer.byteLength(body)
  res.writeHead(status, { ...headers, 'content-length': bytes })
  // Head and body leave in one write if both are strings; ASCII needs no encoding.
  res.end(body, bytes === body.length ? 'latin1' : 'utf8')
}
