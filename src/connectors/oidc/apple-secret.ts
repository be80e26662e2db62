import { subtle } from 'node:crypto'
import type { CryptoKey, PrivateKey } from 'openid-client'

interface AppleClient {
  /** The team id of the developer account. */
  readonly team: string
  readonly clientId: string
  readonly key: { readonly key: PrivateKey }
}

const audience = 'https://appleid.apple.com'
const lifetimeSeconds = 300

/**
 * The client secret that Apple takes: a JWT of the team about the client, signed with its P-256 key
 * (Apple developer documentation, "Creating a client secret").
 */
export async function appleSecret(
  { team, clientId, key: { key: signing } }: AppleClient,
  now: Date,
): Promise<string> {
  const { key, kid } = signing as Exclude<PrivateKey, CryptoKey>
  const iat = Math.floor(now.getTime() / 1000)
  const claims = { iss: team, iat, exp: iat + lifetimeSeconds, aud: audience, sub: clientId }
  const input = [{ alg: 'ES256', kid }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = await subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    // Node's type has key usages that the library's does not know.
    key as Parameters<typeof subtle.sign>[1],
    Buffer.from(input),
  )
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}
