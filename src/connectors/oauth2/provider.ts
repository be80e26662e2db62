import type { Identity } from '../../kernel/identity.ts'
import type { Api } from './api.ts'

export type Person = Pick<
  Identity,
  'subject' | 'username' | 'displayName' | 'attributes' | 'groups'
>

/** A provider of plain OAuth 2.0: where it is, and how its API tells who signed in. */
export interface OAuth2Provider {
  /** By this roles trust it, and answers may name it (RFC 9207). */
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly scopes: readonly string[]
  /** Where the API is. */
  readonly api: string
  /** Asks who the access token is about. Throws OidcFault. */
  person(asked: Api): Promise<Person>
}
