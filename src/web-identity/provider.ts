/** What a token is checked against: an OIDC provider of the role's account. */
export interface Provider {
  /** The URL without `https://`: `HOST/PATH`. It is what the ARN and the condition keys begin with. */
  readonly name: string
  readonly clientIds: readonly string[]
  readonly thumbprints: readonly string[]
}

const longestUrl = 255
/**
 * No port, query, fragment or user info (IAM API reference, CreateOpenIDConnectProvider); no `*`, which a principal can't have;
 * a host with a dot, which no connector's id has.
 */
const providerUrl = /^https:\/\/([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:\/[\w.~!$&'()+,;=:@%/-]*)?)$/

/** The provider's name of `https://HOST/PATH`, spelled as it came; undefined when the URL can be no provider's. */
export function providerName(url: string): string | undefined {
  return url.length <= longestUrl ? providerUrl.exec(url)?.[1] : undefined
}

/** The issuer's URL, as tokens and discovery write it. */
export function issuerUrl(name: string): string {
  return `https://${name}`
}

export const google = 'accounts.google.com'

/**
 * How AWS's own trust policies speak of the three providers that it knows without an entity (IAM user guide, "Available keys
 * for AWS OIDC federation"). Here they are entities like all others, and these words are understood too.
 */
export const familiar: Readonly<Record<string, { readonly principal: string; readonly keys: Readonly<Record<string, 'aud' | 'sub'>> }>> = {
  [google]: { principal: google, keys: {} },
  'www.facebook.com': { principal: 'graph.facebook.com', keys: { 'graph.facebook.com:app_id': 'aud', 'graph.facebook.com:id': 'sub' } },
  'www.amazon.com': { principal: 'www.amazon.com', keys: { 'www.amazon.com:user_id': 'sub' } },
}
