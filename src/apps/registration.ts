import type { Adapter, AdapterPayload, Configuration, KoaContextWithOIDC } from 'oidc-provider'
import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Ids } from '../kernel/ids.ts'
import { isLoopback } from '../kernel/loopback.ts'
import { wrongReturn } from '../kernel/return-address.ts'
import { type AppRules, registeredPrefix, registeredRule } from '../mapping/app-rules.ts'
import type { App, Apps } from './app.ts'
import type { Library } from './interaction-policy.ts'
import type { RegisteredApp, RegisteredApps } from './registered-apps.ts'

/** Settings of apps that register themselves. */
export interface RegistrationSettings {
  readonly enabled: boolean
  readonly refreshTokens: boolean
  readonly most: number
}

export interface RegistrationPorts {
  readonly registration: () => RegistrationSettings
  readonly registered: RegisteredApps
  readonly clock: Clock
  readonly ids: Ids
}

export const registrationRoute = '/oauth2/register'

/** Adds apps that registered themselves. An app of the settings with the same id comes first. */
export function withRegistered(
  apps: Apps,
  registered: Readonly<Record<string, RegisteredApp>>,
  { enabled, refreshTokens }: RegistrationSettings,
): Apps {
  if (!enabled) return apps
  const added = Object.entries(registered).map(([id, app]) => [id, appOf(app, refreshTokens)])
  return { ...Object.fromEntries(added), ...apps }
}

/** Who may use an app that registered itself is one rule for all of them. */
export function withRegisteredRule(rules: AppRules): AppRules {
  return {
    ...rules,
    evaluate(app: string, identity: Identity) {
      if (!app.startsWith(registeredPrefix)) return rules.evaluate(app, identity)
      const verdict = rules.evaluate(registeredRule, identity)
      return verdict && { ...verdict, app }
    },
  }
}

function appOf(registered: RegisteredApp, refreshTokens: boolean): App {
  const { name, type, redirectUris, signing } = registered
  return {
    label: name,
    authentication: 'client_secret_basic',
    keys: [],
    signedRequests: false,
    pushedRequests: false,
    clientCredentials: false,
    resources: {},
    type,
    redirectUris,
    postLogoutRedirectUris: [],
    thirdParty: true,
    pkce: 'required',
    subject: 'public',
    signing,
    refreshTokens: refreshTokens && registered.refreshTokens,
    device: false,
    lifetimes: { accessToken: 600, idToken: 600, refreshToken: 43_200 },
  }
}

const policy = 'registered'

/** Registration with an invitation, reading and removing (RFC 7591, 7592). */
export function registrationFeatures(
  { errors }: Library,
  { registration, ids }: Pick<RegistrationPorts, 'registration' | 'ids'>,
): Pick<NonNullable<Configuration['features']>, 'registration' | 'registrationManagement'> {
  const { enabled } = registration()
  if (!enabled) return {}
  return {
    registration: {
      enabled,
      initialAccessToken: true,
      issueRegistrationAccessToken: true,
      idFactory: () => registeredPrefix + ids.opaque(16),
      policies: {
        [policy]: (_ctx: KoaContextWithOIDC, asked: Record<string, unknown>) => {
          const may = allowed(asked, registration().refreshTokens)
          if (may.wrong !== undefined)
            throw may.wrong.startsWith('redirect_uris')
              ? new errors.InvalidRedirectUri(may.wrong)
              : new errors.InvalidClientMetadata(may.wrong)
          for (const member of Object.keys(asked)) if (!kept.has(member)) delete asked[member]
          Object.assign(asked, may)
        },
      },
    },
    registrationManagement: { enabled },
  }
}

/** Set by the library. */
const kept: ReadonlySet<string> = new Set(['client_id', 'client_id_issued_at'])

/**
 * What would be fetched, shown as somebody else's, believed on a signature or called by us. Other
 * members that are not known have no effect (RFC 7591, section 2).
 */
const refused = [
  ...['jwks', 'jwks_uri', 'logo_uri', 'sector_identifier_uri', 'software_statement'],
  ...['request_uris', 'backchannel_logout_uri', 'frontchannel_logout_uri', 'initiate_login_uri'],
  ...['post_logout_redirect_uris', 'tls_client_auth_subject_dn'],
] as const

const mostAddresses = 10

/** What an app gets of what it asks for, as client metadata, or what is wrong. */
function allowed(
  asked: Readonly<Record<string, unknown>>,
  refreshTokens: boolean,
): { readonly wrong: string } | { readonly [member: string]: unknown; readonly wrong?: never } {
  const bad = refused.find((member) => asked[member] !== undefined)
  if (bad !== undefined) return { wrong: `${bad} is not for apps that register themselves` }
  const { client_name: name, redirect_uris: uris, token_endpoint_auth_method: method } = asked
  if (typeof name !== 'string' || !/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,59}$/u.test(name))
    return { wrong: 'client_name: expected up to 60 letters, digits, spaces and . _ -' }
  if (method !== undefined && method !== 'none')
    return { wrong: 'token_endpoint_auth_method: expected none' }
  if (!isTexts(uris) || uris.length === 0 || uris.length > mostAddresses)
    return { wrong: `redirect_uris: expected one to ${mostAddresses} addresses` }
  const local = uris.every((uri) => isLocal(uri))
  const type = asked.application_type ?? (local ? 'native' : 'web')
  if (type !== 'web' && type !== 'native')
    return { wrong: 'application_type: expected web or native' }
  if (!uris.every((uri) => isGood(uri, type)))
    return { wrong: 'redirect_uris: expected https, or http to loopback of a native app' }
  const { grant_types: grants = ['authorization_code'], response_types: answers = ['code'] } = asked
  const possible = ['authorization_code', ...(refreshTokens ? ['refresh_token'] : [])]
  if (!isTexts(grants) || !grants.every((grant) => possible.includes(grant)))
    return { wrong: `grant_types: expected ${possible.join(', ')}` }
  if (!isTexts(answers) || answers.length !== 1 || answers[0] !== 'code')
    return { wrong: 'response_types: expected code' }
  const signing = asked.id_token_signed_response_alg ?? 'RS256'
  if (signing !== 'RS256' && signing !== 'ES256')
    return { wrong: 'id_token_signed_response_alg: expected RS256 or ES256' }
  return {
    client_name: name,
    redirect_uris: [...new Set(uris)],
    application_type: type,
    token_endpoint_auth_method: 'none',
    grant_types: [...new Set(['authorization_code', ...grants])],
    response_types: ['code'],
    subject_type: 'public',
    id_token_signed_response_alg: signing,
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= 50 && value.every((t) => typeof t === 'string')
}

function isLocal(uri: string): boolean {
  const url = URL.parse(uri)
  return url?.protocol === 'http:' && isLoopback(url.hostname)
}

function isGood(uri: string, type: 'web' | 'native'): boolean {
  if (uri.length > 512 || !URL.canParse(uri) || /[\s#*\\]/.test(uri)) return false
  if (wrongReturn(uri, type) !== undefined) return false
  return uri.startsWith('https://') || (type === 'native' && isLocal(uri))
}

/** The library's storage of apps that register themselves, and of the tokens for it. */
export function registrationAdapters(
  { errors, Provider }: Library,
  { registered, registration, clock }: Omit<RegistrationPorts, 'ids'>,
): Readonly<Record<string, Partial<Adapter>>> {
  const found = (kind: string, jti: string, more: object) =>
    ({ kind, jti, policies: [policy], ...more }) as AdapterPayload
  return {
    InitialAccessToken: {
      async find(id) {
        const until = await registered.invited(id)
        const exp = until && Math.floor(until.getTime() / 1000)
        return exp === undefined ? undefined : found('InitialAccessToken', id, { exp })
      },
    },
    RegistrationAccessToken: {
      async find(id) {
        const clientId = await registered.managedBy(id)
        return clientId === undefined
          ? undefined
          : found('RegistrationAccessToken', id, { clientId })
      },
      upsert: (id, { clientId }) => registered.setToken(String(clientId), id),
    },
    Client: {
      async upsert(id, payload) {
        const invitation = Provider.ctx?.oidc.entities.InitialAccessToken?.jti
        const app = registeredOf(payload, clock.now())
        const { most } = registration()
        const outcome =
          invitation === undefined ? 'gone' : await registered.register(invitation, id, app, most)
        if (outcome === 'gone') throw new errors.InvalidToken('the invitation was used')
        if (outcome === 'full') throw new errors.AccessDenied('there are too many such apps')
      },
      async destroy(id) {
        await registered.remove(id)
      },
    },
  }
}

function registeredOf(payload: AdapterPayload, now: Date): RegisteredApp {
  return {
    name: String(payload.client_name),
    type: payload.application_type === 'native' ? 'native' : 'web',
    redirectUris: payload.redirect_uris ?? [],
    signing: payload.id_token_signed_response_alg === 'ES256' ? 'ES256' : 'RS256',
    refreshTokens: (payload.grant_types ?? []).includes('refresh_token'),
    registeredAt: now.toISOString(),
  }
}
