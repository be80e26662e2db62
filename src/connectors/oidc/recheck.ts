import {
  type Configuration,
  fetchUserInfo,
  refreshTokenGrant,
  type TokenEndpointResponse,
} from 'openid-client'
import type { Identity } from '../../kernel/identity.ts'
import { type SignInCode, SignInFault } from '../../kernel/sign-in-fault.ts'
import { providerName } from '../../web-identity/provider.ts'
import type { Claims } from '../../web-identity/token.ts'
import type { KeptForRecheck, Recheck } from '../recheck.ts'
import { fitRefreshToken, gathered, withGroups } from './answer.ts'
import { configurationOf, type Party } from './client.ts'
import { checkIdToken, type IdToken } from './id-token.ts'
import { authTimeOf, checkRequired, personOf } from './identity.ts'
import { fromLibrary } from './library-faults.ts'
import { type OidcCheck, OidcFault } from './oidc-fault.ts'

/**
 * Asks the provider about people with the refresh token of their sign-in (OpenID Connect Core 1.0,
 * section 12); undefined where the settings don't want it.
 */
export function recheckByRefresh(party: Party): Recheck | undefined {
  const { recheck } = party.settings
  if (!recheck) return undefined
  return {
    settings: recheck,
    async check(identity, kept) {
      const { secret } = kept
      if (secret === undefined)
        throw new SignInFault('provider-misfit', 'the provider gave no refresh token')
      try {
        return await fromLibrary(() => refreshed(party, identity, { ...kept, secret }))
      } catch (error) {
        if (!(error instanceof OidcFault)) throw error
        // Some providers quote in their error what they were sent.
        const detail = error.detail.replaceAll(secret, '…')
        throw new SignInFault(recheckCodes[error.check] ?? 'assertion-refused', detail, {
          cause: error,
        })
      }
    },
  }
}

/**
 * What a fault says about the person. What may be an outage, a wrong setting here or a key that was
 * changed a moment ago says nothing; an answer that lies ends the sign-in, like any not listed.
 */
export const recheckCodes: Readonly<Partial<Record<OidcCheck, SignInCode>>> = {
  discovery: 'provider-unavailable',
  unreachable: 'provider-unavailable',
  client: 'provider-misfit',
  'provider-error': 'provider-misfit',
  answer: 'provider-misfit',
  'signing-key': 'provider-misfit',
  groups: 'provider-misfit',
  'user-info': 'provider-misfit',
  code: 'signed-out-there',
  interaction: 'signed-out-there',
  declined: 'signed-out-there',
}

type Kept = KeptForRecheck & { readonly secret: string }

async function refreshed(party: Party, identity: Identity, kept: Kept): Promise<Identity> {
  const { settings, clock } = party
  const configuration = await configurationOf(party, kept.signal, keeping(party, kept))
  const answer = await refreshTokenGrant(configuration, kept.secret)
  const token =
    answer.id_token === undefined
      ? undefined
      : checkIdToken(answer.id_token, {
          settings,
          now: clock.now(),
          accessToken: answer.access_token,
        })
  if (token) checkSame(identity, token)
  const told = token
    ? await gathered(party, configuration, { token, answer })
    : await byUserInfo(party, configuration, { identity, answer })
  const claims = await withGroups(party, configuration, told, answer.access_token)
  if (token) checkRequired(settings, token.claims)
  return { ...identity, ...personOf(settings, claims) }
}

/**
 * Keeps the new refresh token as soon as it is there, whatever the library thinks of the rest of
 * the answer: the provider may take the old one no more.
 */
function keeping({ source }: Party, { secret, keep }: Kept) {
  return async (url: string, answer: Response): Promise<void> => {
    if (url !== source.known()?.token_endpoint || answer.status !== 200) return
    const body: unknown = await answer.json().catch(() => undefined)
    const next = (body as { readonly refresh_token?: unknown } | null | undefined)?.refresh_token
    const fit = typeof next === 'string' ? fitRefreshToken(next) : undefined
    if (fit !== undefined && fit !== secret) await keep(fit)
  }
}

/** OpenID Connect Core 1.0, section 12.2: it is the same sign-in of the same person. */
function checkSame({ oidc }: Identity, token: IdToken): void {
  if (token.subject !== oidc?.subject)
    throw new OidcFault('subject', 'the refreshed ID token is about somebody else')
  const { iss } = token.claims
  if (providerName(String(iss)) !== oidc.provider)
    throw new OidcFault('issuer', 'the refreshed ID token is of another issuer', {
      found: String(iss),
      expected: oidc.provider,
    })
  const { authTime } = oidc
  if (authTime === undefined || token.claims.auth_time === undefined) return
  if (authTimeOf(token) !== authTime)
    throw new OidcFault('authenticated-at', 'the refreshed ID token is of another sign-in')
}

/** Some providers refresh without an ID token; then UserInfo says who the person is now. */
async function byUserInfo(
  { settings }: Party,
  configuration: Configuration,
  { identity, answer }: { readonly identity: Identity; readonly answer: TokenEndpointResponse },
): Promise<Claims> {
  const offered = configuration.serverMetadata().userinfo_endpoint !== undefined
  if (!offered || settings.userInfo === 'never')
    throw new OidcFault('user-info', 'a refresh brings no ID token, and UserInfo is not asked')
  // The library refuses the answer for another subject.
  const told = await fetchUserInfo(configuration, answer.access_token, identity.oidc!.subject)
  const required = Object.keys(settings.requiredClaims)
  const untold = required.filter((name) => told[name] === undefined)
  // One that is wrong ends the sign-in; one that nobody tells leaves open whether it still holds.
  const own = Object.entries(settings.requiredClaims).filter(([name]) => !untold.includes(name))
  checkRequired({ requiredClaims: Object.fromEntries(own) }, told)
  if (untold.length > 0)
    throw new OidcFault('user-info', `UserInfo does not tell the required ${untold.join(', ')}`)
  return told
}
