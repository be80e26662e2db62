import { OidcFault } from '../oidc/oidc-fault.ts'
import { type Api, objectOf, textOf } from './api.ts'
import type { OAuth2Provider, Person } from './provider.ts'
import type { OAuth2Settings } from './settings.ts'

const api = 'https://api.amazon.com'

/**
 * Login with Amazon (Amazon developer documentation, "Authorization Code Grant"). An access token
 * counts only if its endpoint for tokens says that it is for this client ("Verifying Access
 * Tokens"). Addresses are not told to be verified, so none is read.
 */
export function amazon({ clientId }: Pick<OAuth2Settings, 'clientId'>): OAuth2Provider {
  return {
    issuer: 'https://www.amazon.com',
    authorizationEndpoint: 'https://www.amazon.com/ap/oa',
    tokenEndpoint: `${api}/auth/o2/token`,
    scopes: ['profile'],
    api,
    async person(asked) {
      const owner = await ownerOf(asked, clientId)
      const profile = objectOf(await asked.get(`${api}/user/profile`, 'user-info'))
      const subject = textOf(profile.user_id, 'user_id')
      if (subject !== owner) throw new OidcFault('subject', 'the profile is of another person')
      const displayName = profile.name === undefined ? subject : textOf(profile.name, 'name')
      return {
        subject,
        username: subject,
        displayName,
        attributes: new Map(),
        groups: [],
      } satisfies Person
    },
  }
}

/** Whose token it is. The endpoint takes the token in the query alone. */
async function ownerOf(asked: Api, clientId: string): Promise<string> {
  const query = new URLSearchParams({ access_token: asked.accessToken })
  const token = objectOf(await asked.get(`${api}/auth/o2/tokeninfo?${query}`, 'user-info'))
  if (token.aud !== clientId)
    throw new OidcFault('audience', 'the access token is for another client', {
      found: typeof token.aud === 'string' ? token.aud : 'none',
      expected: clientId,
    })
  return textOf(token.user_id, 'user_id')
}
