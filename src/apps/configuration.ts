import { createHmac } from 'node:crypto'
import type { Account, AdapterFactory, Configuration, KoaContextWithOIDC } from 'oidc-provider'
import type { Signer } from '../credentials/signing-keys.ts'
import type { AcrValues } from './acr.ts'
import { type App, type Apps, findApp, isTooOld } from './app.ts'
import { checkAssertion, proofAlgorithms, proofMethods, pushRoute } from './app-proofs.ts'
import { type DevicePorts, deviceCodeSeconds, deviceRoutes } from './device.ts'
import { features, signOutRoute } from './features.ts'
import { existingGrant } from './grants.ts'
import { interactionPolicy, type Library } from './interaction-policy.ts'
import type { LibraryPages } from './pages.ts'
import { type People, subjectOf } from './people.ts'
import { type RegistrationPorts, registrationRoute } from './registration.ts'
import { grantClaim } from './resource-tokens.ts'
import { claimsForApi, type ResourcePorts } from './resources.ts'
import { rolesScope } from './role-credentials.ts'
import { isSubjectGrant, type Subjects } from './subjects.ts'
import { visitOf } from './visit.ts'

export interface ConfigurationPorts extends DevicePorts, ResourcePorts, RegistrationPorts {
  readonly people: People
  readonly subjects: Subjects
  readonly acrValues: () => AcrValues
  readonly pages: LibraryPages
  readonly publicUrl: URL
  /** The first signs cookies, all verify. */
  readonly cookieKeys: readonly string[]
  /** Makes pairwise subjects. */
  readonly subjectSecret: string
  /** The sealed id of a grant, for tokens of audiences that ask who is behind them. */
  readonly sealGrant: (audience: unknown, grantId: string) => string | undefined
  /** How long a sign-in at the portal lasts. */
  readonly lifetimeSeconds: number
}

export const routes = {
  authorization: '/oauth2/authorize',
  token: '/oauth2/token',
  userinfo: '/oauth2/userinfo',
  jwks: '/oauth2/jwks',
  revocation: '/oauth2/revoke',
  introspection: '/oauth2/introspect',
  end_session: signOutRoute,
  ...deviceRoutes,
  pushed_authorization_request: pushRoute,
  registration: registrationRoute,
} as const

/** The first key of an algorithm signs. */
export function buildConfiguration(
  library: Library,
  ports: ConfigurationPorts,
  { adapter, signers }: { adapter: AdapterFactory; signers: readonly Signer[] },
): Configuration {
  const { publicUrl, people } = ports
  const ofSettings = (id: string | undefined) => appOf(ports.apps(), id)
  return {
    adapter,
    routes,
    jwks: { keys: signers.map((signer) => externalKey(library, signer)) as never[] },
    cookies: { keys: [...ports.cookieKeys], names: cookieNames(publicUrl), short: {} },
    scopes: ['openid', 'profile', 'email', 'groups', 'offline_access', rolesScope],
    // What an app is told stands in the settings; its scopes neither add to it nor take from it.
    claims: {
      openid: [...['sub', 'acr', 'amr', 'auth_time', 'sub_id', 'act'], ...ports.rules().claimNames],
      profile: ['name', 'preferred_username'],
    },
    conformIdTokenClaims: false,
    acrValues: Object.keys(ports.acrValues()),
    discovery: { frontchannel_logout_supported: true, frontchannel_logout_session_supported: true },
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none', ...proofMethods],
    assertJwtClientAuthClaimsAndHeader: checkAssertion(library, ports),
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'], ...proofAlgorithms },
    pkce: { required: (_ctx, { clientId }) => ofSettings(clientId).pkce === 'required' },
    allowOmittingSingleRegisteredRedirectUri: false,
    subjectTypes: ['public', 'pairwise'],
    pairwiseIdentifier: (_ctx, subject, { sectorIdentifier }) =>
      createHmac('sha256', ports.subjectSecret)
        .update(JSON.stringify([sectorIdentifier, subject]))
        .digest('base64url'),
    findAccount: (ctx, subject, token) => findAccount(ports, ctx, subject, token),
    extraTokenClaims: async (ctx, token) => {
      const { grantId, aud } = token as { readonly grantId?: string; readonly aud?: string }
      if (isSubjectGrant(grantId)) return { ...(await ports.subjects.behind(grantId)) }
      const sealed = grantId === undefined ? undefined : ports.sealGrant(aud, grantId)
      const told = await claimsForApi(ports.resources(), ctx, { aud })
      return sealed === undefined ? told : { ...told, [grantClaim]: sealed }
    },
    loadExistingGrant: (ctx) =>
      existingGrant(people, ctx, ofSettings(ctx.oidc.client?.clientId).thirdParty),
    issueRefreshToken: async (_ctx, client) => ofSettings(client.clientId).refreshTokens,
    rotateRefreshToken: true,
    // The library's session knows the last grant of an app alone: bound to it, the tokens of one
    // tab would end when another signs in to the same app. All end with the sign-in at Gatehouse.
    expiresWithSession: async () => false,
    // The end of the grant ends every token of it, since each loads it.
    revokeGrantPolicy: () => true,
    ttl: {
      AccessToken: (_ctx, { resourceServer }, { clientId }) =>
        resourceServer?.accessTokenTTL ?? ofSettings(clientId).lifetimes.accessToken,
      ClientCredentials: (_ctx, { resourceServer }, { clientId }) =>
        resourceServer?.accessTokenTTL ?? ofSettings(clientId).lifetimes.accessToken,
      IdToken: (_ctx, _token, { clientId }) => ofSettings(clientId).lifetimes.idToken,
      RefreshToken: (_ctx, _token, { clientId }) => ofSettings(clientId).lifetimes.refreshToken,
      AuthorizationCode: 60,
      DeviceCode: deviceCodeSeconds,
      Interaction: 1800,
      Session: ports.lifetimeSeconds,
      Grant: ports.lifetimeSeconds,
    },
    interactions: {
      policy: interactionPolicy(library, ports),
      url: (_ctx, { uid }) => `/apps/continue/${uid}`,
    },
    // Pages of a public app read tokens in the browser, from where people are sent back to. `null`
    // is the origin of every sandboxed page, and of an address with a scheme of its own.
    clientBasedCORS: (_ctx, origin, client) =>
      client.tokenEndpointAuthMethod === 'none' &&
      origin !== 'null' &&
      (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin),
    features: features(library, ports),
    renderError: (ctx, { error }) => {
      ctx.type = 'html'
      ctx.body = ports.pages.refused({ code: error, reference: ports.ids.reference() })
    },
    fetch: () => Promise.reject(new Error('nothing of an app is fetched')),
  }
}

/**
 * The person behind a token, or of this browser where there is none yet. Undefined ends the call: a
 * sign-in that has ended, or a person who may no longer use the app.
 */
async function findAccount(
  { apps, people, rules, subjects, clock }: ConfigurationPorts,
  { req, oidc }: KoaContextWithOIDC,
  subject: string,
  token: { readonly grantId?: string | undefined } | undefined,
): Promise<Account | undefined> {
  const { grantId } = token ?? {}
  if (isSubjectGrant(grantId)) {
    const found = await subjects.behind(grantId)
    return found?.sub === subject ? { accountId: subject, claims: () => ({ ...found }) } : undefined
  }
  const visit = visitOf(req)
  const identity =
    grantId === undefined ? visit.identity : await people.behind(grantId, visit.origin)
  if (!identity || subjectOf(identity) !== subject) return undefined
  const verdict = rules().evaluate(oidc.client?.clientId ?? '', identity)
  if (token && verdict?.result !== 'allowed') return undefined
  const app = appOf(apps(), oidc.client?.clientId)
  if (token && isTooOld(app, identity.authenticatedAt, clock.now())) return undefined
  return {
    accountId: subject,
    identity,
    claims: () => ({
      sub: subject,
      name: identity.displayName,
      preferred_username: identity.username,
      ...verdict?.claims,
    }),
  }
}

function appOf(apps: Apps, id: string | undefined): App {
  const app = findApp(apps, id)
  if (!app) throw new Error('the app was taken out of the settings')
  return app
}

function cookieNames({ protocol }: URL) {
  const secure = protocol === 'https:'
  return {
    session: secure ? '__Host-gatehouse-apps' : 'gatehouse-apps',
    // These two have a path, which `__Host-` does not allow.
    interaction: secure ? '__Secure-gatehouse-app' : 'gatehouse-app',
    resume: secure ? '__Secure-gatehouse-app-resume' : 'gatehouse-app-resume',
  }
}

function externalKey(
  { ExternalSigningKey }: Library,
  { id, algorithm, publicKey, sign }: Signer,
): InstanceType<Library['ExternalSigningKey']> {
  return new (class extends ExternalSigningKey {
    override get kid() {
      return id
    }
    override get alg() {
      return algorithm
    }
    override keyObject() {
      return publicKey
    }
    override sign(data: Uint8Array) {
      return sign(data)
    }
  })()
}
