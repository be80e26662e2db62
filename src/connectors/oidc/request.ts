import {
  buildAuthorizationUrl,
  buildAuthorizationUrlWithJAR,
  buildAuthorizationUrlWithPAR,
  type Configuration,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
} from 'openid-client'
import type { Departure } from '../redirect-upstream.ts'
import { configurationOf, type Party } from './client.ts'
import { listOf } from './discovery.ts'
import { fromLibrary } from './library-faults.ts'
import { OidcFault } from './oidc-fault.ts'
import { authenticationMethod } from './settings.ts'

/** What an answer is checked against. */
export interface Memo {
  readonly nonce: string
  readonly verifier: string
}

/**
 * The request that begins a sign-in: PKCE always (RFC 9700, section 2.1.1), pushed and signed where
 * the provider offers it. Throws OidcFault.
 */
export async function authorizationRequest(
  party: Party,
  state: string,
  signal: AbortSignal,
): Promise<Departure> {
  const memo: Memo = { nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
  const parameters = await parametersOf(party, memo, state)
  const url = await fromLibrary(async () =>
    requestUrl(party, await configurationOf(party, signal), parameters),
  )
  return { send: { by: 'redirect', url: url.href }, memo: JSON.stringify(memo) }
}

/** Throws OidcFault for what `authorizationRequest` did not write. */
export function memoOf(text: string | undefined): Memo {
  const memo = text === undefined ? undefined : JSON.parse(text)
  if (memo === undefined) throw new OidcFault('state', 'the attempt has no memo')
  return memo
}

async function parametersOf(
  { settings, redirectUri }: Party,
  { nonce, verifier }: Memo,
  state: string,
): Promise<Record<string, string>> {
  const { requestedContexts, maxAgeSeconds, prompt, loginHint, domainHint } = settings
  return {
    ...settings.parameters,
    scope: settings.scopes.join(' '),
    redirect_uri: redirectUri,
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(settings.responseMode === 'form_post' && { response_mode: 'form_post' }),
    ...(requestedContexts.length > 0 && { acr_values: requestedContexts.join(' ') }),
    ...(maxAgeSeconds !== undefined && { max_age: String(maxAgeSeconds) }),
    ...(prompt !== undefined && { prompt }),
    ...(loginHint !== undefined && { login_hint: loginHint }),
    ...(domainHint !== undefined && { domain_hint: domainHint, hd: domainHint }),
  }
}

async function requestUrl(
  { settings, key }: Party,
  configuration: Configuration,
  parameters: Record<string, string>,
): Promise<URL> {
  const offered = configuration.serverMetadata()
  const signing = listOf(offered.request_object_signing_alg_values_supported)
  const wanted =
    settings.signedRequests === 'always' ||
    (settings.signedRequests === 'auto' &&
      authenticationMethod(settings) === 'private_key_jwt' &&
      signing.includes(key?.algorithm))
  const signs = key && wanted
  const pushes =
    settings.pushedRequests === 'auto' &&
    offered.pushed_authorization_request_endpoint !== undefined
  if (!signs && !pushes) return buildAuthorizationUrl(configuration, parameters)
  const signed = signs
    ? await buildAuthorizationUrlWithJAR(configuration, parameters, key.key)
    : undefined
  if (!pushes) return signed!
  return buildAuthorizationUrlWithPAR(configuration, signed?.searchParams ?? parameters)
}
