import type { AddressInfo } from 'node:net'
import express, { type Request, type Response } from 'express'

/**
 * What the gate is measured against, as a process of its own: an Express route that answers the
 * same headers to everybody. Argument: the headers as JSON. Says `listens on PORT`.
 */
const headers = JSON.parse(process.argv[2] ?? '') as Readonly<Record<string, string>>

const app = express()
app.disable('x-powered-by')
app.set('etag', false)
app.get('/gate/verify', (_req: Request, res: Response) => {
  res.status(200).set(headers).set('Content-Length', '0').end()
})
const server = app.listen(0, '127.0.0.1', () =>
  console.log(`listens on ${(server.address() as AddressInfo).port}`),
)
