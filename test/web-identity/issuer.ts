import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto'
import type { RequestListener } from 'node:http'
import type { AlgorithmName } from '../../src/web-identity/algorithms.ts'

export interface SigningKey {
  readonly kid: string
  readonly alg: AlgorithmName
  readonly privateKey: KeyObject
  readonly jwk: JsonWebKey & { readonly kid: string; readonly alg?: string }
}

const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

export function signingKey(alg: AlgorithmName, kid = `${alg}-1`, modulusLength = 2048): SigningKey {
  const { privateKey } = alg.startsWith('RS')
    ? generateKeyPairSync('rsa', { modulusLength })
    : generateKeyPairSync('ec', { namedCurve: curves[alg]! })
  return {
    kid,
    alg,
    privateKey,
    jwk: { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, use: 'sig', alg },
  }
}

/** RSA keys take a while to make: every test file makes one of each kind, once. */
export const keys = Object.fromEntries(
  (['RS256', 'ES256', 'ES384', 'ES512'] as const).map((alg) => [alg, signingKey(alg)]),
) as Readonly<Record<'RS256' | 'ES256' | 'ES384' | 'ES512', SigningKey>>

export const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/**
 * A token of these claims; `header` replaces members of what the key says, `undefined` drops them.
 */
export function token(claims: unknown, key: SigningKey = keys.RS256, header: object = {}): string {
  const { alg, kid, privateKey } = key
  const input = `${part({ alg, kid, typ: 'JWT', ...header })}.${part(claims)}`
  const stated = (header as { alg?: unknown }).alg ?? alg
  const hash = `sha${/(?:256|384|512)$/.exec(String(stated))?.[0] ?? '256'}`
  const signer = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  return `${input}.${sign(hash, Buffer.from(input), signer).toString('base64url')}`
}

export function hmacToken(claims: unknown, secret: string | Buffer, header: object = {}): string {
  const input = `${part({ alg: 'HS256', typ: 'JWT', ...header })}.${part(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

export interface PublishedKeys {
  keys: readonly SigningKey[]
  cacheControl?: string
  discoveries: number
  fetches: number
}

/** What an issuer answers over HTTP: discovery, and its keys. */
export function issuerListener(issuer: string, published: PublishedKeys): RequestListener {
  const path = new URL(issuer).pathname.replace(/\/$/, '')
  return (req, res) => {
    const json = (value: unknown) =>
      void res
        .writeHead(200, {
          'content-type': 'application/json',
          ...(published.cacheControl && { 'cache-control': published.cacheControl }),
        })
        .end(JSON.stringify(value))
    if (req.url === `${path}/.well-known/openid-configuration`) {
      published.discoveries += 1
      return json({
        issuer,
        jwks_uri: `${new URL(issuer).origin}${path}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
      })
    }
    if (req.url === `${path}/keys`) {
      published.fetches += 1
      return json({ keys: published.keys.map(({ jwk }) => jwk) })
    }
    res.writeHead(404).end()
  }
}
