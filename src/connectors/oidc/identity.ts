import type { Identity, Strength } from '../../kernel/identity.ts'
import { providerName } from '../../web-identity/provider.ts'
import type { Claims } from '../../web-identity/token.ts'
import { type ClaimPath, claimAt, pathText } from './claim-path.ts'
import { groupsElsewhere, tooManyGroups } from './group-overage.ts'
import type { IdToken } from './id-token.ts'
import { OidcFault } from './oidc-fault.ts'
import type { OidcSettings } from './settings.ts'

const mostValues = 10_000
const longestValue = 2048
const defaultDisplayName: ClaimPath = ['name']

/** What a sign-in proved, before it becomes an identity. */
export interface Proved {
  readonly token: IdToken
  /** The claims of the ID token, and those that other answers of the provider added. */
  readonly claims: Claims
  /** The provider's issuer, as the ID token states it. */
  readonly issuer: string
  readonly refreshToken?: string | undefined
}

/**
 * Maps a proof to an identity by the settings of the connector, without side effects. Throws
 * OidcFault where a claim that the settings require is missing or is of another kind.
 */
export function oidcIdentity(
  connector: string,
  settings: OidcSettings,
  { token, claims, issuer }: Proved,
  authenticatedAt: Date,
): Identity {
  checkRequired(settings, token.claims)
  checkContext(settings, token)
  const person = personOf(settings, claims)
  const { methods, context, sessionId } = token
  const authTime = token.claims.auth_time === undefined ? {} : { authTime: authTimeOf(token) }
  return {
    connector,
    protocol: 'oidc',
    ...person,
    authenticatedAt,
    provedAt: token.issuedAt,
    strength: strengthOf(settings, token),
    oidc: {
      provider: providerName(issuer) ?? issuer,
      audience: settings.clientId,
      subject: token.subject,
      methods,
      ...authTime,
      ...(context !== undefined && { context }),
      ...(sessionId !== undefined && { sessionId }),
    },
  }
}

/** `auth_time`, in whole seconds. */
export function authTimeOf({ authenticatedAt }: IdToken): number {
  return authenticatedAt.getTime() / 1000
}

/** Who the claims say that the person is, by the settings. Throws OidcFault. */
export function personOf(
  settings: OidcSettings,
  claims: Claims,
): Pick<Identity, 'subject' | 'username' | 'displayName' | 'attributes' | 'groups'> {
  const { subjectClaim, usernameClaim, displayNameClaim, groupsClaim } = settings
  const counted = withoutUnverifiedEmail(claims, settings)
  const single = (path: ClaimPath): string => {
    const values = valuesAt(counted, path)
    if (values.length !== 1 || values[0]!.trim() === '')
      throw new OidcFault('claim', 'a claim that the connector needs does not have one value', {
        found: `${values.length} values`,
        expected: pathText(path),
      })
    return values[0]!
  }
  if (groupsClaim && groupsElsewhere(groupsClaim, counted)) throw tooManyGroups(groupsClaim)
  const subject = single(subjectClaim)
  const username = usernameClaim === undefined ? subject : single(usernameClaim)
  const [shown] = valuesAt(counted, displayNameClaim ?? defaultDisplayName)
  return {
    subject,
    username,
    displayName: shown || username,
    attributes: new Map(
      settings.attributes.flatMap(({ claim, as }) => {
        const values = valuesAt(counted, claim)
        return values.length > 0 ? [[as, values] as const] : []
      }),
    ),
    groups: groupsClaim === undefined ? [] : valuesAt(counted, groupsClaim),
  }
}

/** The claims that the settings name and that have no value yet. */
export function missingClaims(settings: OidcSettings, claims: Claims): readonly ClaimPath[] {
  const { subjectClaim, usernameClaim, displayNameClaim, groupsClaim, attributes } = settings
  return [subjectClaim, usernameClaim, displayNameClaim ?? defaultDisplayName, groupsClaim]
    .concat(attributes.map(({ claim }) => claim))
    .filter((path) => path !== undefined)
    .filter((path) => claimAt(claims, path) === undefined)
}

/** Throws OidcFault where the ID token is of an organisation that may not sign in. */
export function checkRequired(
  { requiredClaims }: Pick<OidcSettings, 'requiredClaims'>,
  claims: Claims,
): void {
  for (const [name, allowed] of Object.entries(requiredClaims)) {
    const value = claims[name]
    if (typeof value === 'string' && allowed.includes(value)) continue
    throw new OidcFault('claim', `the ID token's \`${name}\` is not one that may sign in here`, {
      found: typeof value === 'string' ? value : 'none',
      expected: allowed.join(', '),
    })
  }
}

/** A provider may answer with another context than the one that was asked for. */
function checkContext({ requestedContexts }: OidcSettings, { context }: IdToken): void {
  if (requestedContexts.length === 0) return
  if (context !== undefined && requestedContexts.includes(context)) return
  throw new OidcFault('authentication-context', 'the person authenticated in another way', {
    found: context ?? 'none',
    expected: requestedContexts.join(', '),
  })
}

function strengthOf(
  { multiFactorContexts, multiFactorMethods, hardwareMethods }: OidcSettings,
  { context, methods }: IdToken,
): Strength {
  const several =
    (context !== undefined && multiFactorContexts.includes(context)) ||
    methods.some((one) => multiFactorMethods.includes(one))
  if (!several) return 'password'
  return methods.some((one) => hardwareMethods.includes(one)) ? 'hardware' : 'multi-factor'
}

/** Some providers write the boolean as text. */
function withoutUnverifiedEmail(claims: Claims, { unverifiedEmail }: OidcSettings): Claims {
  const { email: _email, ...others } = claims
  const verified = claims.email_verified === true || claims.email_verified === 'true'
  return verified || unverifiedEmail === 'accept' ? claims : others
}

/** A claim's value as texts: one, a list, or none. Throws OidcFault for an object. */
function valuesAt(claims: Claims, path: ClaimPath): readonly string[] {
  const value = claimAt(claims, path)
  if (value === undefined || value === null) return []
  const values = Array.isArray(value) ? value : [value]
  if (values.length > mostValues)
    throw new OidcFault('claim', `a claim has more than ${mostValues} values`, {
      expected: pathText(path),
    })
  return values.map((one) => {
    const text = typeof one === 'number' || typeof one === 'boolean' ? String(one) : one
    if (typeof text !== 'string' || text.length > longestValue)
      throw new OidcFault('claim', 'a claim has a value that is no text', {
        expected: pathText(path),
      })
    return text
  })
}
