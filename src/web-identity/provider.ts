/** The OIDC provider of the role's account, against which a token is checked. */
export interface Provider {
  /** The URL without `https://`: `HOST/PATH`, as in the provider's ARN and its condition keys. */
  readonly name: string
  readonly clientIds: readonly string[]
  readonly thumbprints: readonly string[]
}

const longestUrl = 255
/**
 * No port, query, fragment or user info (IAM API reference, CreateOpenIDConnectProvider). No `*`,
 * which a principal can't have.
 */
const providerUrl = /^https:\/\/([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?:\/[\w.~!$&'()+,;=:@%/-]*)?)$/

/**
 * The provider's name for `https://HOST/PATH`, in its given spelling; undefined when no provider
 * can have the URL.
 */
export function providerName(url: string): string | undefined {
  return url.length <= longestUrl ? providerUrl.exec(url)?.[1] : undefined
}

/** Prefixes of condition keys that no issuer's host may have. */
const prefixes: ReadonlySet<string> = new Set(['aws', 'file', 'iam', 'ldap', 'oidc', 'saml', 'sts'])

/**
 * Why the provider's host can't be one of a single label such as `keycloak`; undefined when it can,
 * and for every other host. `resolved`: the hosts that the settings resolve. Search domains decide
 * what such a name means elsewhere.
 */
export function unfitHost(name: string, resolved: ReadonlySet<string>): string | undefined {
  const [host = ''] = name.toLowerCase().split('/')
  if (host.includes('.')) return undefined
  if (prefixes.has(host)) return `\`${host}\` is the prefix of condition keys: use another name`
  return resolved.has(host)
    ? undefined
    : `\`${host}\` is a host without a domain: name it under \`outbound.resolve\` in the settings`
}

/** The issuer's URL, as tokens and discovery write it. */
export function issuerUrl(name: string): string {
  return `https://${name}`
}

export const google = 'accounts.google.com'

/**
 * The names that trust policies on AWS use for the three providers that need no entity there (IAM
 * user guide, "Available keys for AWS OIDC federation"). Here they need an entity as others do;
 * these names are accepted for them.
 */
export const familiar: Readonly<
  Record<
    string,
    { readonly principal: string; readonly keys: Readonly<Record<string, 'aud' | 'sub'>> }
  >
> = {
  [google]: { principal: google, keys: {} },
  'www.facebook.com': {
    principal: 'graph.facebook.com',
    keys: { 'graph.facebook.com:app_id': 'aud', 'graph.facebook.com:id': 'sub' },
  },
  'www.amazon.com': { principal: 'www.amazon.com', keys: { 'www.amazon.com:user_id': 'sub' } },
}
