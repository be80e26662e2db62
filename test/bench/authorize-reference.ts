import { createHmac, createSecretKey, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Request, type Response } from 'express'

/**
 * What `/authorize` is measured against, as a process of its own: `express` parses the JSON and
 * answers the same bytes; `floor` does in addition the cryptography that nobody can avoid: for both
 * signatures the hash of what was signed and an HMAC. Arguments: which of the two, and the bodies
 * to answer as JSON, by number of questions. Says `listens on PORT`.
 */
const [, , kind, bodies] = process.argv
const answers = JSON.parse(bodies ?? '') as Readonly<Record<string, string>>
const key = createSecretKey(randomBytes(32))
const canonical = 'x'.repeat(400)
const hmac = (text: string) => createHmac('sha256', key).update(text).digest()
const claimed = hmac(hash('sha256', canonical))

function hashed(_req: IncomingMessage, _res: unknown, body: Buffer): void {
  if (hash('sha256', body).length !== 64) throw new Error('no hash')
}
function verify(): void {
  if (!timingSafeEqual(hmac(hash('sha256', canonical)), claimed)) throw new Error('not verified')
}

const app = express()
app.disable('x-powered-by')
app.set('etag', false)
app.use(express.json({ limit: '256kb', ...(kind === 'floor' && { verify: hashed }) }))
app.post('/authorize', (req: Request, res: Response) => {
  if (kind === 'floor') {
    verify()
    verify()
  }
  const { Questions } = req.body as { readonly Questions: readonly unknown[] }
  res.status(200).set({ 'content-type': 'application/json', 'cache-control': 'no-store' })
  res.send(answers[Questions.length])
})
const server = app.listen(0, '127.0.0.1', () =>
  console.log(`listens on ${(server.address() as AddressInfo).port}`),
)
