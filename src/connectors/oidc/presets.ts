import type { OidcSettings } from './settings.ts'

/** What a provider needs beyond what its discovery document tells, as settings write it. */
type Preset = Partial<Omit<Readonly<Record<keyof OidcSettings, unknown>>, 'issuer' | 'clientId'>>

/** By the issuer, the first that matches. docs/connectors/oidc.md has a recipe for each. */
const presets: readonly (readonly [issuer: RegExp, preset: Preset])[] = [
  [
    /^https:\/\/accounts\.google\.com$/,
    { usernameClaim: 'email', requiredClaims: { hd: ['example.com'] } },
  ],
  [
    /^https:\/\/login\.microsoftonline\.com\/.*\/v2\.0$/,
    {
      subjectClaim: 'oid',
      usernameClaim: 'preferred_username',
      groupsClaim: 'groups',
      requiredClaims: { tid: ['00000000-0000-0000-0000-000000000000'] },
    },
  ],
  [
    /^https:\/\/[^/]+\.(?:okta|oktapreview|okta-emea)\.com(?:\/|$)/,
    {
      scopes: ['openid', 'profile', 'email', 'groups'],
      usernameClaim: 'preferred_username',
      groupsClaim: 'groups',
    },
  ],
  [
    /^https:\/\/[^/]+\.auth0\.com\/$/,
    { usernameClaim: 'nickname', groupsClaim: 'https://example.com/groups' },
  ],
  [
    /^https:\/\/[^/]+\/realms\/[^/]+$/,
    { usernameClaim: 'preferred_username', groupsClaim: 'realm_access.roles' },
  ],
  [/^https:\/\/gitlab\.com$/, { usernameClaim: 'nickname', groupsClaim: 'groups_direct' }],
  [
    /^https:\/\/appleid\.apple\.com$/,
    {
      scopes: ['openid', 'email'],
      responseMode: 'form_post',
      usernameClaim: 'email',
      keyFile: '/etc/gatehouse/AuthKey_ABCDE12345.p8',
      keyId: 'ABCDE12345',
      appleTeam: 'TEAM123456',
      clientSecret: undefined,
    },
  ],
  [
    /^https:\/\/(?:auth\.pingone\.[a-z.]+\/[^/]+\/as|[^/]+\.pingidentity\.com)/,
    { usernameClaim: 'preferred_username', groupsClaim: 'groups' },
  ],
  [
    /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com\//,
    { usernameClaim: 'cognito:username', groupsClaim: 'cognito:groups' },
  ],
]

/** Providers that give a refresh token without being asked for one by a scope. */
const givesUnasked = [
  /^https:\/\/[^/]+\/realms\/[^/]+$/,
  /^https:\/\/gitlab\.com$/,
  /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com\//,
]

/** Whether a sign-in can be expected to bring a refresh token. */
export function asksForRefreshToken({
  issuer,
  scopes,
  parameters,
}: Pick<OidcSettings, 'issuer' | 'scopes' | 'parameters'>): boolean {
  return (
    scopes.includes('offline_access') ||
    // Google.
    parameters.access_type === 'offline' ||
    givesUnasked.some((known) => known.test(issuer))
  )
}

/** The settings that a known provider needs; none for others. */
export function presetOf(issuer: string): Preset {
  return presets.find(([known]) => known.test(issuer))?.[1] ?? {}
}
