import express, { type NextFunction, type Request, type Response, Router } from 'express'
import { type AwsFault, commonFault } from '../../kernel/aws-fault.ts'
import type { AppPorts } from '../app-ports.ts'

/** `POST /` and, for presigned and unsigned calls, `GET /` with an Action: AWS's Query API. No cookies, no sessions, no page headers. */
export function wireRoutes({ dispatch, ids, bodyBytes }: Pick<AppPorts, 'dispatch' | 'ids' | 'bodyBytes'>): Router {
  const router = Router()
  const answer = async (req: Request, res: Response) => {
    const [rawPath = '/', ...query] = req.originalUrl.split('?')
    const { status, headers, body } = await dispatch({
      method: req.method, rawPath, rawQuery: query.join('?'), rawHeaders: req.rawHeaders,
      body: Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0), sourceAddress: req.ip ?? '', secure: req.secure,
    })
    res.status(status).set(headers).send(body)
  }
  // No inflation: the signature and the cap are of the bytes on the wire.
  router.post('/', express.raw({ type: () => true, limit: bodyBytes, inflate: false }), answer)
  router.get('/', (req, res, next) => (isCall(req) ? answer(req, res) : next()))
  router.use('/', (error: unknown, req: Request, res: Response, next: NextFunction) => {
    const fault = req.path === '/' ? bodyFault(error, bodyBytes) : undefined
    if (!fault) return next(error)
    const id = ids.uuid()
    res.status(fault.status).set({ 'x-amzn-RequestId': id, Connection: 'close' }).type('text/xml').send(faultXml(fault, id))
  })
  return router
}

function isCall(req: Request): boolean {
  return req.query.Action !== undefined || req.query['X-Amz-Signature'] !== undefined || req.get('authorization') !== undefined
}

function bodyFault(error: unknown, bodyBytes: number): AwsFault | undefined {
  const kind = error instanceof Error && 'type' in error ? error.type : undefined
  if (kind === 'entity.too.large') return commonFault('RequestEntityTooLarge', `The request is larger than ${bodyBytes} bytes.`)
  if (kind === 'encoding.unsupported' || kind === 'request.size.invalid' || kind === 'request.aborted') {
    return commonFault('MalformedQueryString', 'The body of the request could not be read.')
  }
  return undefined
}

function faultXml({ code, message }: AwsFault, requestId: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code>`
    + `<Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`
}
