import { hash } from 'node:crypto'
import {
  authorizationCodeGrant,
  type Configuration,
  fetchUserInfo,
  type TokenEndpointResponse,
} from 'openid-client'
import type { Answer, Proving, RedirectProof } from '../redirect-upstream.ts'
import { isOfGraph } from './claim-path.ts'
import { configurationOf, type Party } from './client.ts'
import { groupsElsewhere, groupsOfGraph } from './group-overage.ts'
import { checkIdToken, type IdToken } from './id-token.ts'
import { missingClaims, oidcIdentity, type Proved } from './identity.ts'
import { fromLibrary } from './library-faults.ts'
import { OidcFault } from './oidc-fault.ts'
import { memoOf } from './request.ts'

/** Takes the answer of a provider and redeems the code in it. Throws OidcFault. */
export async function proveAnswer(
  party: Party,
  { parameters }: Answer,
  { recall, signal }: Proving,
): Promise<RedirectProof> {
  const state = parameters.get('state')
  if (!state) throw new OidcFault('state', 'the answer states no attempt')
  const memo = memoOf((await recall(state)).memo)
  const proved = await fromLibrary(() => redeem(party, parameters, { ...memo, state }, signal))
  return proofOf(party, proved)
}

interface Attempted {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** What a code is worth: the claims of the person. */
export async function redeem(
  party: Party,
  parameters: ReadonlyMap<string, string>,
  { state, nonce, verifier }: Attempted,
  signal: AbortSignal,
): Promise<Proved> {
  const { settings, clock } = party
  const configuration = await configurationOf(party, signal)
  // The library takes the redirect URI from this address; ours may not be the one that was called.
  const address = new URL(`${party.redirectUri}?${new URLSearchParams([...parameters])}`)
  const answer = await authorizationCodeGrant(configuration, address, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
    ...(settings.maxAgeSeconds && { maxAge: settings.maxAgeSeconds }),
  })
  const token = checkIdToken(answer.id_token!, {
    settings,
    now: clock.now(),
    accessToken: answer.access_token,
  })
  if (forcesReauthentication(party) && token.claims.auth_time === undefined)
    throw new OidcFault(
      'authenticated-at',
      'the ID token does not say when the person proved to be',
    )
  const found = await gathered(party, configuration, { token, answer })
  const claims = await withGroups(party, configuration, found, answer.access_token)
  const { refresh_token: refreshToken } = answer
  return { token, claims, issuer: String(token.claims.iss), refreshToken }
}

export function forcesReauthentication({ settings }: Pick<Party, 'settings'>): boolean {
  return settings.prompt === 'login' || settings.maxAgeSeconds === 0
}

/** The ID token's claims, and those of UserInfo that it lacks: what is signed goes first. */
export async function gathered(
  { settings }: Pick<Party, 'settings'>,
  configuration: Configuration,
  { token, answer }: { readonly token: IdToken; readonly answer: TokenEndpointResponse },
): Promise<Proved['claims']> {
  const { claims, subject } = token
  const offered = configuration.serverMetadata().userinfo_endpoint !== undefined
  const wanted =
    settings.userInfo === 'always' ||
    (settings.userInfo === 'when-missing' && missingClaims(settings, claims).length > 0)
  if (!offered || !wanted) return claims
  // The library refuses the answer for another subject.
  const told = await fetchUserInfo(configuration, answer.access_token, subject)
  return { ...told, ...claims }
}

/** Where the groups are too many for the ID token, and the settings say whom to ask: with them. */
export async function withGroups(
  { settings: { groupsClaim, groupsOverage } }: Pick<Party, 'settings'>,
  configuration: Configuration,
  claims: Proved['claims'],
  accessToken: string,
): Promise<Proved['claims']> {
  if (groupsOverage === 'refuse' || !groupsClaim || !isOfGraph(groupsClaim)) return claims
  if (!groupsElsewhere(groupsClaim, claims)) return claims
  const { _claim_names: _elsewhere, hasgroups: _many, ...rest } = claims
  return { ...rest, groups: await groupsOfGraph(configuration, accessToken) }
}

/** The longest refresh token that is kept. */
const mostCharacters = 16_384

export function fitRefreshToken(text: string | undefined): string | undefined {
  return text === undefined || text === '' || text.length > mostCharacters ? undefined : text
}

function proofOf({ id, settings, clock }: Party, proved: Proved): RedirectProof {
  const { token, issuer } = proved
  const { jti } = token.claims
  const identity = oidcIdentity(id, settings, proved, clock.now())
  const nonce = String(token.claims.nonce)
  const end = token.expiresAt.getTime() + settings.clockSkewSeconds * 1000
  return {
    identity,
    authenticatedAt: token.authenticatedAt,
    issuedAt: token.issuedAt,
    id: typeof jti === 'string' && jti.length <= 256 ? jti : hash('sha256', nonce, 'base64url'),
    // A nonce is of one attempt: a token with it that was used before is a replay.
    replayKey: hash('sha256', JSON.stringify([issuer, settings.clientId, nonce]), 'base64url'),
    replayableUntil: new Date(end),
    ...(settings.recheck && { secret: fitRefreshToken(proved.refreshToken) }),
  }
}
