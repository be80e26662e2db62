import { hostname } from 'node:os'
import * as client from 'openid-client'
import { endpointUrl } from '../credentials/exchange.ts'
import type { Tokens } from './kept-sign-ins.ts'

/** The client id that Gatehouse knows the command by. */
const clientId = 'gatehouse-terminal'
const scope = 'openid profile'
const limitSeconds = 30
const mostTries = 2

/** What came of a sign-in in the browser. */
export interface SignedIn {
  readonly username: string
  readonly tokens: Tokens
}

/** Gatehouse as OpenID provider, as its discovery document describes it. */
export type Provider = client.Configuration

/** Throws an Error for an address that is not safe to sign in at, and when nobody answers there. */
export async function discover(endpoint: string): Promise<Provider> {
  const url = endpointUrl(endpoint)
  const plain = url.protocol === 'http:' ? [client.allowInsecureRequests] : []
  try {
    return await client.discovery(new URL(url.origin), clientId, {}, client.None(), {
      // The signature of the ID token is not checked without the second.
      execute: [...plain, client.enableNonRepudiationChecks],
      timeout: limitSeconds,
      [client.customFetch]: named,
    })
  } catch (error) {
    throw new Error(`\`${endpoint}\` did not answer as Gatehouse does: ${reasonOf(error)}`, {
      cause: error,
    })
  }
}

/** The page on which a person confirms shows which program asked. */
const named: client.CustomFetch = (url, options) => {
  const headers = new Headers(options.headers)
  headers.set('user-agent', `gatehouse on ${hostname().replace(/[^\w.-]/g, '_')}`)
  return fetch(url, { ...options, headers } as RequestInit)
}

/** A request for a sign-in, and what its answer has to fit. */
export interface Attempt {
  readonly url: URL
  readonly state: string
  readonly redeem: (answer: URL) => Promise<SignedIn>
}

/** PKCE, state and nonce; the answer's issuer (RFC 9207) and ID token are checked with them. */
export async function beginAttempt(provider: Provider, redirectUri: string): Promise<Attempt> {
  const [verifier, state, nonce] = [
    client.randomPKCECodeVerifier(),
    client.randomState(),
    client.randomNonce(),
  ]
  const url = client.buildAuthorizationUrl(provider, {
    redirect_uri: redirectUri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  })
  const redeem = async (answer: URL) =>
    signedIn(
      await client.authorizationCodeGrant(provider, answer, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      }),
    )
  return { url, state, redeem }
}

/** What a person needs to confirm a sign-in elsewhere. */
export interface DeviceCode {
  readonly userCode: string
  readonly address: string
}

/**
 * Signs in by a code that the person types into a browser anywhere (RFC 8628). Undefined: Gatehouse
 * gives the terminal no codes.
 */
export async function byDeviceCode(
  provider: Provider,
  show: (code: DeviceCode) => void,
): Promise<SignedIn | undefined> {
  const asked = await client.initiateDeviceAuthorization(provider, { scope }).catch((error) => {
    const refused = error instanceof client.ResponseBodyError ? error.error : undefined
    if (refused === 'unauthorized_client' || refused === 'invalid_request') return undefined
    throw error
  })
  if (!asked) return undefined
  show({ userCode: asked.user_code, address: asked.verification_uri })
  const signal = AbortSignal.timeout((asked.expires_in + limitSeconds) * 1000)
  return signedIn(await client.pollDeviceAuthorizationGrant(provider, asked, undefined, { signal }))
}

/**
 * Trades the refresh token for new tokens. Undefined: Gatehouse says that the sign-in is over. Asks
 * once more where no answer came: Gatehouse may have given one that was lost, and takes the token
 * once again for a minute.
 */
export async function refreshed(provider: Provider, kept: Tokens): Promise<Tokens | undefined> {
  for (let tries = 1; ; tries++)
    try {
      return tokensOf(await client.refreshTokenGrant(provider, kept.refreshToken), kept)
    } catch (error) {
      const answered = error instanceof client.ResponseBodyError
      if (answered && error.error === 'invalid_grant') return undefined
      if (answered || tries === mostTries)
        throw new Error(`the sign-in could not be renewed: ${reasonOf(error)}`, { cause: error })
    }
}

/** Ends the sign-in at Gatehouse. */
export async function revoke(provider: Provider, { refreshToken }: Tokens): Promise<void> {
  await client.tokenRevocation(provider, refreshToken, { token_type_hint: 'refresh_token' })
}

type Answer = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers

function signedIn(answer: Answer): SignedIn {
  const username = answer.claims()?.preferred_username
  return {
    username: typeof username === 'string' ? username : '',
    tokens: tokensOf(answer, undefined),
  }
}

function tokensOf(
  answer: Pick<Answer, 'access_token' | 'refresh_token' | 'expires_in'>,
  before: Tokens | undefined,
): Tokens {
  const refreshToken = answer.refresh_token ?? before?.refreshToken
  if (refreshToken === undefined) throw new Error('Gatehouse gave no refresh token')
  return {
    refreshToken,
    accessToken: answer.access_token,
    accessEndsAt: Date.now() + (answer.expires_in ?? 0) * 1000,
  }
}

/** What a person can make of an error of the library: the provider's words, or the network's. */
export function reasonOf(error: unknown): string {
  if (error instanceof client.AuthorizationResponseError)
    return error.error === 'access_denied'
      ? 'it was declined in the browser'
      : `${error.error}: ${error.error_description ?? ''}`
  if (error instanceof client.ResponseBodyError)
    return `${error.error}: ${error.error_description ?? ''}`
  const { cause } = error as { readonly cause?: unknown }
  const inner = (cause instanceof Error ? cause : error) as NodeJS.ErrnoException
  const { cause: deeper } = inner as { readonly cause?: unknown }
  const told = (deeper instanceof Error ? deeper : inner) as NodeJS.ErrnoException
  return told.message || told.code || String(error)
}
