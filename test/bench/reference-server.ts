import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Request, type Response } from 'express'

/**
 * What Gatehouse is measured against, as a process of its own: `express` parses the form and
 * answers the same bytes; `floor` does in addition the cryptography that nobody can avoid.
 * Arguments: which of the two, and the bodies to answer as JSON. Says `listens on PORT`.
 */
const [, , kind, bodies] = process.argv
const answers = JSON.parse(bodies ?? '') as Readonly<
  Record<'permanent' | 'temporary' | 'assumed', string>
>

const key = createSecretKey(randomBytes(32))
const aes = 'aes-256-gcm'
const ivs = { block: randomBytes(4096), used: 0 }
const plain = randomBytes(800)
const sealed = seal(plain)
const toSign =
  'AWS4-HMAC-SHA256\n20260304T050607Z\n20260304/eu-central-1/sts/aws4_request\n' +
  `${'0'.repeat(64)}`
const claimed = hmac(toSign)

function hmac(text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function seal(token: Buffer): { readonly iv: Buffer; readonly body: Buffer; readonly tag: Buffer } {
  if (ivs.used + 12 > ivs.block.length) {
    ivs.block = randomBytes(4096)
    ivs.used = 0
  }
  const iv = ivs.block.subarray(ivs.used, ivs.used + 12)
  ivs.used += 12
  const sealing = createCipheriv(aes, key, iv)
  const body = sealing.update(token)
  sealing.final()
  return { iv, body, tag: sealing.getAuthTag() }
}

function open({ iv, body, tag }: typeof sealed): Buffer {
  const opening = createDecipheriv(aes, key, iv, { authTagLength: 16 })
  opening.setAuthTag(tag)
  const token = opening.update(body)
  opening.final()
  return token
}

/** SHA-256 of the body as it came. */
function hashed(_req: IncomingMessage, _res: unknown, body: Buffer): void {
  if (hash('sha256', body).length !== 64) throw new Error('no hash')
}

const app = express()
app.disable('x-powered-by')
app.set('etag', false)
app.use(
  express.urlencoded({
    extended: false,
    limit: '256kb',
    ...(kind === 'floor' && { verify: hashed }),
  }),
)
app.post('/', (req: Request, res: Response) => {
  const temporary = req.headers['x-amz-security-token'] !== undefined
  const assumes = (req.body as Record<string, string>).Action === 'AssumeRole'
  if (kind === 'floor') {
    if (temporary && open(sealed).length !== plain.length) throw new Error('not opened')
    if (!timingSafeEqual(hmac(toSign), claimed)) throw new Error('not verified')
    if (assumes && seal(plain).body.length !== plain.length) throw new Error('not sealed')
  }
  res
    .status(200)
    .set({ 'content-type': 'text/xml', 'x-amzn-requestid': 'c6104cbe-af31-11e0-8154-cbc7ccf896c7' })
  const known = temporary ? answers.temporary : answers.permanent
  res.send(assumes ? answers.assumed : known)
})
const server = app.listen(0, '127.0.0.1', () =>
  console.log(`listens on ${(server.address() as AddressInfo).port}`),
)
