import { createCipheriv, createPublicKey, randomBytes, verify } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import express, { type Request, type Response } from 'express'

/**
 * What AssumeRoleWithWebIdentity is measured against, as a process of its own: `express` parses the
 * form and answers the same bytes; `floor` verifies the token's RSA-2048 signature and seals a
 * session besides, which nobody can avoid. Arguments: which of the two, the body to answer, the
 * public key as a JWK. Says `listens on PORT`.
 */
const [, , kind, body = '', jwk = ''] = process.argv
const key = createPublicKey({ key: JSON.parse(jwk), format: 'jwk' })
const sealingKey = randomBytes(32)
const plain = randomBytes(800)
const ivs = { block: randomBytes(4096), used: 0 }

function nextIv(): Buffer {
  if (ivs.used + 12 > ivs.block.length) {
    ivs.block = randomBytes(4096)
    ivs.used = 0
  }
  ivs.used += 12
  return ivs.block.subarray(ivs.used - 12, ivs.used)
}

function prove(token: string): void {
  const end = token.lastIndexOf('.')
  if (
    !verify(
      'sha256',
      Buffer.from(token.slice(0, end)),
      key,
      Buffer.from(token.slice(end + 1), 'base64url'),
    )
  )
    throw new Error('not verified')
  const sealing = createCipheriv('aes-256-gcm', sealingKey, nextIv())
  if (sealing.update(plain).length !== plain.length) throw new Error('not sealed')
  sealing.final()
  sealing.getAuthTag()
}

const app = express()
app.disable('x-powered-by')
app.set('etag', false)
app.use(express.urlencoded({ extended: false, limit: '256kb' }))
app.post('/', (req: Request, res: Response) => {
  if (kind === 'floor') prove((req.body as Record<string, string>).WebIdentityToken!)
  res
    .status(200)
    .set({ 'content-type': 'text/xml', 'x-amzn-requestid': 'c6104cbe-af31-11e0-8154-cbc7ccf896c7' })
  res.send(body)
})
const server = app.listen(0, '127.0.0.1', () =>
  console.log(`listens on ${(server.address() as AddressInfo).port}`),
)
