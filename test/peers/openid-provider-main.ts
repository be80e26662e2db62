/**
 * An OpenID provider as a process of its own: `node openid-provider-main.ts CONFIG`, where CONFIG
 * is `OpenIdProviderConfig` as JSON. Says `listening PORT` when it does.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import Provider, { type ClientMetadata, interactionPolicy, type JWKS } from 'oidc-provider'
import type { OpenIdProviderConfig } from './openid-provider.ts'

const config: OpenIdProviderConfig = JSON.parse(process.argv[2]!)
const { issuer, cert, key, ca, jwks, clients } = config
let { people } = config
let leaves = false

const certificateOf = (socket: Socket) => (socket as TLSSocket).getPeerX509Certificate()

// Consent is a matter of the provider, and given here.
const policy = interactionPolicy.base()
policy.remove('consent')

const provider = new Provider(issuer, {
  clients: clients as ClientMetadata[],
  jwks: jwks as JWKS,
  cookies: { keys: ['only-for-tests'] },
  claims: {
    openid: ['sub', 'acr', 'amr', 'auth_time', 'sid'],
    profile: ['name', 'preferred_username'],
    email: ['email', 'email_verified'],
    groups: ['groups', 'resource_access'],
  },
  conformIdTokenClaims: config.claimsByUserInfo === true,
  findAccount: (_context: unknown, id: string) =>
    leaves && !people[id]
      ? undefined
      : { accountId: id, claims: async () => ({ sub: id, ...people[id] }) },
  ...(config.refreshTokens && { issueRefreshToken: async () => true, rotateRefreshToken: true }),
  loadExistingGrant: async (
    context: {
      oidc: {
        client: { clientId: string }
        session: { accountId: string }
        params: { scope: string }
      }
      // biome-ignore lint/suspicious/noExplicitAny: the library has no types.
    } & any,
  ) => {
    const { client, session, params } = context.oidc
    const grant = new context.oidc.provider.Grant({
      clientId: client.clientId,
      accountId: session.accountId,
    })
    grant.addOIDCScope(params.scope)
    await grant.save()
    return grant
  },
  interactions: {
    policy,
    url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}`,
  },
  acrValues: ['urn:corp:strong', 'urn:corp:weak'],
  // Its own refuses loopback, where the tests' clients are.
  fetch: (url, { method, headers, body } = {}) =>
    fetch(url, { method: method!, headers: headers!, body: body! }),
  clientAuthMethods: [
    'none',
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
    'tls_client_auth',
  ],
  enabledJWA: { requestObjectSigningAlgValues: ['ES256', 'RS256'] },
  features: {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    backchannelLogout: { enabled: true },
    pushedAuthorizationRequests: { enabled: config.pushes === true },
    requestObjects: { enabled: config.takesSignedRequests === true },
    mTLS: {
      enabled: true,
      tlsClientAuth: true,
      getCertificate: ({ req: { socket } }) => certificateOf(socket)?.toString(),
      certificateAuthorized: ({ req: { socket } }) => (socket as TLSSocket).authorized,
      certificateSubjectMatches: ({ req: { socket } }, _property, expected) =>
        certificateOf(socket)?.subject === expected,
    },
  },
})
const answer = provider.callback()

const page = (form: string) =>
  `<!doctype html><html lang="en"><title>Sign in</title><main><h1>Corp sign-in</h1>${form}</main>`

const server = createServer(
  {
    cert: readFileSync(cert),
    key: readFileSync(key),
    ca: [readFileSync(ca), ...(config.clientAuthority ? [config.clientAuthority] : [])],
    requestCert: true,
    rejectUnauthorized: false,
  },
  async (req, res) => {
    if (req.url === '/people') {
      people = JSON.parse(new URLSearchParams(await text(req)).get('people')!)
      leaves = true
      return res.end()
    }
    if (!req.url?.startsWith('/interaction/')) return answer(req, res)
    if (req.method !== 'POST') {
      res.setHeader('content-type', 'text/html')
      return res.end(
        page(
          `<form method="post"><label>Name <input name="login"></label>
           <button name="do" value="login">Sign in</button>
           <button name="do" value="decline">No</button></form>`,
        ),
      )
    }
    const form = new URLSearchParams(await text(req))
    const login = form.get('login') ?? ''
    const { amr, acr } = config
    const result =
      form.get('do') === 'decline'
        ? { error: 'access_denied', error_description: 'the person declined' }
        : {
            login: {
              accountId: login,
              ...(amr && { amr: [...amr] }),
              ...(acr && { acr }),
              remember: true,
            },
          }
    return provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false })
  },
)
server.listen(0, '127.0.0.1', () => {
  console.log(`listening ${(server.address() as AddressInfo).port}`)
})
