import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** The key length of AES-256. */
export const keyBytes = 32

/** Seals a value with AES-256-GCM; it opens under the same name alone. Nonce, tag, ciphertext. */
export function sealed(key: Buffer, name: string, value: unknown): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(name))
  const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** Throws for what was not sealed under this key and name. */
export function opened(key: Buffer, name: string, bytes: Buffer): unknown {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), {
    authTagLength: 16,
  })
  decipher.setAuthTag(bytes.subarray(12, 28))
  decipher.setAAD(Buffer.from(name))
  const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
  return JSON.parse(text.toString('utf8'))
}
