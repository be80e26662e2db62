import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { startHttps } from '../outbound/https-server.ts'
import { keys, token } from '../web-identity/issuer.ts'

/** What an ID token says beside issuer, audience and times. */
export type Claims = Readonly<Record<string, unknown>>
export type TokenAnswer = Readonly<Record<string, unknown>>

/** An OpenID provider that answers as the test says. */
export interface TenantProvider {
  readonly issuer: string
  /** What Gatehouse sent to the token endpoint. */
  readonly redeemed: URLSearchParams[]
  /** Members of the discovery document that replace the honest ones. */
  metadata: Claims
  /** Skips PKCE and the client's secret. */
  careless: boolean
  /** Changes the claims of ID tokens. */
  claims(honest: Claims): Claims
  /** Changes what the token endpoint answers. */
  answer(honest: TokenAnswer): TokenAnswer
  /** A code for whoever answers this request. */
  code(request: URL): string
  /** An ID token for this nonce. */
  idToken(nonce: string): string
  signed(claims: Claims, header?: object): string
}

interface Wanted {
  readonly issuers: Readonly<Record<string, string>>
  readonly clientId: string
  readonly clientSecret: string
  readonly now: () => Date
}

/**
 * Providers of one host that publish one key set, as tenants of a hosted service do: only issuer,
 * audience, nonce and code separate them.
 */
export async function startTenants(wanted: Wanted) {
  const providers = Object.fromEntries(
    Object.entries(wanted.issuers).map(([name, issuer]) => [name, openProvider(issuer, wanted)]),
  )
  const hosts = [...new Set(Object.values(wanted.issuers).map((issuer) => new URL(issuer).host))]
  const server = await startHttps(hosts, (req, res) => {
    const url = new URL(req.url!, `https://${req.headers.host}`)
    const found = Object.values(providers).find(({ issuer }) => url.href.startsWith(`${issuer}/`))
    if (found) void found.serve(url.href.slice(found.issuer.length), req, res)
    else res.writeHead(404).end()
  })
  const resolve = hosts.map((host) => `${host}: "${server.endpoint}"`).join(', ')
  return {
    of: (name: string): TenantProvider => providers[name]!,
    outbound:
      `outbound: { resolve: { ${resolve} }, timeoutMs: 60000, ` +
      `caFile: ${server.certificates.caFile} }`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

function openProvider(issuer: string, { clientId, clientSecret, now }: Wanted) {
  const codes = new Map<string, URLSearchParams>()
  const isClient = (authorization = '') => {
    const plain = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString()
    const [id, secret] = [...new URLSearchParams(plain.replace(':', '='))][0] ?? []
    return id === clientId && secret === clientSecret
  }
  const own: TenantProvider = {
    issuer,
    redeemed: [],
    metadata: {},
    careless: false,
    claims: (honest) => honest,
    answer: (honest) => honest,
    code(request) {
      const code = randomUUID()
      codes.set(code, request.searchParams)
      return code
    },
    signed: (claims, header = {}) => token(claims, keys.RS256, header),
    idToken(nonce) {
      const iat = Math.floor(now().getTime() / 1000)
      const person = { sub: 'alice', preferred_username: 'alice', name: 'Alice' }
      const honest = { iss: issuer, aud: clientId, iat, exp: iat + 300, nonce, ...person }
      return own.signed(own.claims(honest))
    },
  }
  const redeem = (form: URLSearchParams, authorization: string | undefined) => {
    own.redeemed.push(form)
    const request = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    if (!own.careless && !isClient(authorization)) return { error: 'invalid_client' }
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '')
    const proved = challenge.digest('base64url') === request?.get('code_challenge')
    if (!request || !(own.careless || proved)) return { error: 'invalid_grant' }
    const id_token = own.idToken(request.get('nonce')!)
    return own.answer({ access_token: randomUUID(), token_type: 'Bearer', id_token })
  }
  async function serve(path: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const json = (value: object, status = 200) =>
      void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (path === '/.well-known/openid-configuration')
      return json({ ...documentOf(issuer), ...own.metadata })
    if (path === '/keys') return json({ keys: [keys.RS256.jwk] })
    if (path !== '/token') return void res.writeHead(404).end()
    const told = redeem(new URLSearchParams(await text(req)), req.headers.authorization)
    json(told, 'error' in told ? 400 : 200)
  }
  return Object.assign(own, { serve })
}

const documentOf = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/keys`,
  id_token_signing_alg_values_supported: ['RS256'],
})
