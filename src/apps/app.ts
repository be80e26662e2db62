import type { ClientMetadata } from 'oidc-provider'
import type { TrustedAssertions } from '../sign-in/wire/prove-assertion.ts'
import { exchangeGrant } from './exchange-request.ts'

/** One app of the settings, as this room reads it. */
export interface App {
  readonly label: string
  readonly secret?: string | undefined
  readonly authentication:
    | 'client_secret_basic'
    | 'client_secret_post'
    | 'private_key_jwt'
    | 'tls_client_auth'
    | 'self_signed_tls_client_auth'
  /** JWKs. */
  readonly keys: readonly Readonly<Record<string, string>>[]
  /** Where it publishes them itself. */
  readonly keysUri?: string | undefined
  readonly certificate?:
    | { readonly dns?: string | undefined; readonly pem?: string | undefined }
    | undefined
  readonly signedRequests: boolean
  readonly pushedRequests: boolean
  readonly boundTokens?: 'dpop' | 'certificate' | undefined
  readonly type: 'web' | 'native'
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly backChannelLogoutUri?: string | undefined
  readonly frontChannelLogout?:
    | {
        readonly uri: string
        /** It gets `iss` and `sid`. */
        readonly sessionRequired: boolean
      }
    | undefined
  readonly pkce: 'required' | 'optional'
  readonly thirdParty: boolean
  /** It gets credentials of the person's roles, and the person is told so. */
  readonly takesRoles?: true | undefined
  readonly subject: 'public' | 'pairwise'
  readonly signing: 'RS256' | 'ES256'
  readonly refreshTokens: boolean
  readonly device: boolean
  /** Token exchange, off where it is absent: ARNs of roles, which may end in `*`. */
  readonly exchange?:
    | {
        /** Whose credentials the app may get for a person. */
        readonly roles: readonly string[]
        /** Whose sessions may get a token of the app. */
        readonly sessions: readonly string[]
      }
    | undefined
  /** Issuers whose assertions may get a token of the app. */
  readonly assertions?: readonly TrustedAssertions[] | undefined
  readonly clientCredentials: boolean
  /** Scopes by the address of the resource. */
  readonly resources: Readonly<Record<string, readonly string[]>>
  /** One of them: what access tokens are for when the app names none. */
  readonly defaultResource?: string | undefined
  /** Seconds. */
  readonly lifetimes: {
    readonly accessToken: number
    readonly idToken: number
    readonly refreshToken: number
    /** After the person proved themselves; absent: as long as their sign-in here. */
    readonly signIn?: number | undefined
  }
}

/** RFC 8628, section 3.4. */
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** RFC 7523, section 2.1. */
export const jwtBearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** By client id. */
export type Apps = Readonly<Record<string, App>>

/** The app of this client id; undefined when there is none, also for names of `Object`. */
export function findApp(apps: Apps, id: string | undefined): App | undefined {
  return id !== undefined && Object.hasOwn(apps, id) ? apps[id] : undefined
}

/** The client as dynamic registration would describe it (RFC 7591, section 2). */
export function clientOf(id: string, app: App): ClientMetadata {
  const { backChannelLogoutUri, frontChannelLogout: front } = app
  // The library puts `sid` only into ID tokens of apps with such an address, and calls none.
  const wantsSession = backChannelLogoutUri ?? (front?.sessionRequired ? front.uri : undefined)
  return {
    client_id: id,
    client_name: app.label,
    ...(app.secret !== undefined && { client_secret: app.secret }),
    token_endpoint_auth_method: authenticationOf(app),
    application_type: app.type,
    redirect_uris: [...app.redirectUris],
    post_logout_redirect_uris: [...app.postLogoutRedirectUris],
    ...(wantsSession !== undefined && {
      backchannel_logout_uri: wantsSession,
      backchannel_logout_session_required: true,
    }),
    response_types: app.redirectUris.length > 0 ? ['code'] : [],
    grant_types: grantTypes(app),
    subject_type: app.subject,
    id_token_signed_response_alg: app.signing,
  }
}

function authenticationOf({ secret, authentication }: App) {
  return authentication.startsWith('client_secret') && secret === undefined
    ? 'none'
    : authentication
}

function grantTypes({ redirectUris, refreshTokens, device, ...app }: App): string[] {
  const { clientCredentials, exchange, assertions = [] } = app
  const exchanges = [...(exchange?.roles ?? []), ...(exchange?.sessions ?? [])].length > 0
  return [
    ...(redirectUris.length > 0 ? ['authorization_code'] : []),
    ...(refreshTokens ? ['refresh_token'] : []),
    ...(device ? [deviceGrant] : []),
    ...(exchanges ? [exchangeGrant] : []),
    ...(assertions.length > 0 ? [jwtBearerGrant] : []),
    ...(clientCredentials ? ['client_credentials'] : []),
  ]
}

/** Whether a sign-in is too old for an app, whatever it still counts for elsewhere. */
export function isTooOld({ lifetimes }: App, authenticatedAt: Date, now: Date): boolean {
  const { signIn = Infinity } = lifetimes
  return now.getTime() - authenticatedAt.getTime() > signIn * 1000
}
