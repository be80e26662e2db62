import { createHmac } from 'node:crypto'
import { objectOf, textOf } from './api.ts'
import type { OAuth2Provider, Person } from './provider.ts'
import type { OAuth2Settings } from './settings.ts'

const version = 'v23.0'
const graph = `https://graph.facebook.com/${version}`

/**
 * Facebook Login (Meta for Developers, "Manually Build a Login Flow"). The Graph API is asked with
 * `appsecret_proof` ("Secure Graph API Calls"), so it answers only about tokens of this app.
 * Addresses are not told to be verified, so none is read.
 */
export function facebook({ clientSecret }: Pick<OAuth2Settings, 'clientSecret'>): OAuth2Provider {
  return {
    issuer: 'https://www.facebook.com',
    authorizationEndpoint: `https://www.facebook.com/${version}/dialog/oauth`,
    tokenEndpoint: `${graph}/oauth/access_token`,
    scopes: ['public_profile'],
    api: graph,
    async person(asked) {
      const proof = createHmac('sha256', clientSecret).update(asked.accessToken).digest('hex')
      const query = new URLSearchParams({ fields: 'id,name', appsecret_proof: proof })
      const told = objectOf(await asked.get(`${graph}/me?${query}`, 'user-info'))
      const subject = textOf(told.id, 'id')
      const displayName = told.name === undefined ? subject : textOf(told.name, 'name')
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
