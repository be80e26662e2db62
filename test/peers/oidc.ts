import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { json } from 'node:stream/consumers'
import Provider from 'oidc-provider'
import { startHttps } from '../outbound/https-server.ts'
import { keys } from '../web-identity/issuer.ts'

export interface OidcPeer extends AsyncDisposable {
  readonly issuer: string
  /** YAML of the `outbound` section that reaches it, and trusts its authority. */
  readonly outbound: string
  /** The same, without the authority. */
  readonly resolveOnly: string
  /** Of the authority's certificate: SHA-1. */
  readonly thumbprint: string
  /** A signed token for `audience`, whose subject is `client`. */
  token(client: string, audience: string): Promise<string>
}

/**
 * A real OpenID Connect provider over TLS, with two workloads that get JWTs under their own names
 * (RFC 9068).
 */
export async function startOidc(
  host: string,
  clients: readonly string[],
  claimsOf: (client: string) => Readonly<Record<string, unknown>> = () => ({}),
): Promise<OidcPeer> {
  const issuer = `https://${host}`
  const provider = new Provider(issuer, {
    clients: clients.map((id) => ({
      client_id: id,
      client_secret: `${id}-secret`,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_post',
    })),
    jwks: {
      keys: [keys.RS256, keys.ES256].map(({ privateKey, kid, alg }) => ({
        ...privateKey.export({ format: 'jwk' }),
        kid,
        alg,
        use: 'sig',
      })),
    },
    cookies: { keys: ['only-for-tests'] },
    extraTokenClaims: (_context, token) => claimsOf(token.clientId ?? ''),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, audience: string) => ({
          audience,
          scope: '',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  })
  const server = await startHttps([host], provider.callback())
  const ca = await readFile(server.certificates.caFile)
  const resolve = `resolve: { ${host}: "${server.endpoint}" }`
  return {
    issuer,
    outbound: `outbound: { ${resolve}, caFile: ${server.certificates.caFile} }`,
    resolveOnly: `outbound: { ${resolve} }`,
    thumbprint: new X509Certificate(ca).fingerprint.replaceAll(':', '').toLowerCase(),
    async token(client, audience) {
      const asked = request({
        host: '127.0.0.1',
        port: server.port,
        servername: host,
        ca,
        path: '/token',
        method: 'POST',
        headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
      })
      asked.end(
        new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: client,
          client_secret: `${client}-secret`,
          resource: audience,
        }).toString(),
      )
      const [answer] = (await once(asked, 'response')) as [IncomingMessage]
      const { access_token: token } = (await json(answer)) as { access_token?: string }
      if (token === undefined) throw new Error(`the provider gave no token: ${answer.statusCode}`)
      return token
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
