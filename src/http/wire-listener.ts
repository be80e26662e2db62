import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { WireAnswer } from '../aws/wire.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { AppPorts } from './app-ports.ts'
import { originOfRequest, type Trust } from './forwarded.ts'
import { bodyReader } from './read-body.ts'
import { Turns } from './turns.ts'

export interface WirePorts extends Pick<AppPorts, 'dispatch' | 'ids' | 'bodyBytes' | 'knowsCaller'> {
  readonly trust: Trust
}

const noBody = Buffer.alloc(0)

/**
 * `POST /` and, for presigned and unsigned calls, `GET /` with an Action: AWS's Query API. No cookies, no sessions, no page
 * headers, and no Express, which costs as much as the whole call (docs: performance). All else goes to `rest`.
 */
export function wireListener({ dispatch, ids, trust, ...limits }: WirePorts, rest: RequestListener): RequestListener {
  const readBody = bodyReader(limits)
  const turns = new Turns()
  async function answer(req: IncomingMessage, res: ServerResponse, rawPath: string, rawQuery: string): Promise<void> {
    // Before anything is waited for: who resets the connection meanwhile must not come from nowhere.
    const origin = originOfRequest(req, trust)
    if (origin.sourceAddress === '') return void res.destroy()
    const body = req.method === 'POST' ? await readBody(req, res, { rawPath, rawQuery }) : noBody
    if (body instanceof AwsFault) return refuse(res, body, ids.uuid())
    await turns.arrival()
    const answered = await dispatch({ method: req.method!, rawPath, rawQuery, rawHeaders: req.rawHeaders, body, ...origin })
    await turns.departure()
    send(res, answered)
  }

  return (req, res) => {
    const url = req.url!
    const mark = url.indexOf('?')
    const rawPath = mark < 0 ? url : url.slice(0, mark)
    const rawQuery = mark < 0 ? '' : url.slice(mark + 1)
    if (rawPath === '/' && isCall(req, rawQuery)) void answer(req, res, rawPath, rawQuery)
    else rest(req, res)
  }
}

function isCall({ method, headers }: IncomingMessage, rawQuery: string): boolean {
  if (method === 'POST') return true
  if (method !== 'GET') return false
  if (headers.authorization !== undefined) return true
  const query = new URLSearchParams(rawQuery)
  return query.has('Action') || query.has('X-Amz-Signature')
}

function refuse(res: ServerResponse, fault: AwsFault, requestId: string): void {
  // What still comes of the body is dropped with the connection.
  send(res, { status: fault.status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId, connection: 'close' }, body: faultXml(fault, requestId) })
}

function send(res: ServerResponse, { status, headers, body }: WireAnswer): void {
  const bytes = Buffer.byteLength(body)
  res.writeHead(status, { ...headers, 'content-length': bytes })
  // Head and body leave in one write as long as both are texts; ASCII needs no encoding.
  res.end(body, bytes === body.length ? 'latin1' : 'utf8')
}

function faultXml({ code, message }: AwsFault, requestId: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code>`
    + `<Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`
}
