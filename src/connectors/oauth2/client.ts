import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  randomPKCECodeVerifier,
  type TokenEndpointResponse,
} from 'openid-client'
import type { Clock } from '../../kernel/clock.ts'
import { fitRefreshToken } from '../oidc/answer.ts'
import type { OidcPorts } from '../oidc/connector.ts'
import type { Departure } from '../redirect-upstream.ts'
import { amazon } from './amazon.ts'
import { facebook } from './facebook.ts'
import { github } from './github.ts'
import type { OAuth2Provider } from './provider.ts'
import type { OAuth2Settings } from './settings.ts'
import { openDoor } from './transport.ts'

const providers: Readonly<
  Record<OAuth2Settings['provider'], (settings: OAuth2Settings) => OAuth2Provider>
> = { github, amazon, facebook }

/** Our side and the provider. */
export interface Party {
  readonly id: string
  readonly settings: OAuth2Settings
  readonly provider: OAuth2Provider
  readonly redirectUri: string
  readonly clock: Clock
  /** For one use of the library, whose requests end with the signal. */
  configuration(signal: AbortSignal): Configuration
}

export function openParty(
  id: string,
  settings: OAuth2Settings,
  { clock, outbound, publicUrl }: Pick<OidcPorts, 'clock' | 'outbound' | 'publicUrl'>,
): Party {
  const provider = providers[settings.provider](settings)
  return {
    id,
    settings,
    provider,
    redirectUri: `${publicUrl.origin}/oidc/${id}/callback`,
    clock,
    configuration(signal) {
      const { issuer, authorizationEndpoint, tokenEndpoint } = provider
      const configuration = new Configuration(
        {
          issuer,
          authorization_endpoint: authorizationEndpoint,
          token_endpoint: tokenEndpoint,
        },
        settings.clientId,
        undefined,
        ClientSecretPost(settings.clientSecret),
      )
      configuration[customFetch] = openDoor(outbound, signal)
      return configuration
    },
  }
}

/** The request that begins a sign-in, with PKCE; the memo is what `redeem` needs. */
export async function authorizationRequest(
  { configuration, provider, redirectUri }: Party,
  state: string,
  signal: AbortSignal,
): Promise<Departure & { readonly memo: string }> {
  const verifier = randomPKCECodeVerifier()
  const url = buildAuthorizationUrl(configuration(signal), {
    redirect_uri: redirectUri,
    scope: provider.scopes.join(' '),
    state,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  return { send: { by: 'redirect', url: url.href }, memo: verifier }
}

/** What a token endpoint gave: enough to ask the API about the person, now and later. */
export interface Tokens {
  readonly accessToken: string
  /** Absent where the access token lasts until somebody revokes it. */
  readonly accessEndsAt?: Date | undefined
  readonly refreshToken?: string | undefined
}

export async function redeem(
  { redirectUri, clock }: Party,
  configuration: Configuration,
  parameters: ReadonlyMap<string, string>,
  { state, verifier }: { readonly state: string; readonly verifier: string },
): Promise<Tokens> {
  // The library takes the redirect URI from this address; ours may not be the one that was called.
  const address = new URL(`${redirectUri}?${new URLSearchParams([...parameters])}`)
  const answer = await authorizationCodeGrant(configuration, address, {
    expectedState: state,
    pkceCodeVerifier: verifier,
    idTokenExpected: false,
  })
  return tokensOf(answer, clock.now())
}

export function tokensOf(
  { access_token, expires_in, refresh_token }: TokenEndpointResponse,
  now: Date,
): Tokens {
  const refreshToken = fitRefreshToken(refresh_token)
  return {
    accessToken: access_token,
    ...(expires_in !== undefined && { accessEndsAt: new Date(now.getTime() + expires_in * 1000) }),
    ...(refreshToken !== undefined && { refreshToken }),
  }
}
