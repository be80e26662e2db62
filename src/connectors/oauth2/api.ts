import {
  type Configuration,
  fetchProtectedResource,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import { OidcFault } from '../oidc/oidc-fault.ts'

/** The provider's API, asked with the access token of one sign-in. */
export interface Api {
  /** For what a provider wants besides the header. */
  readonly accessToken: string
  /**
   * Returns the JSON of an answer with status 200. Throws OidcFault: `unreachable` where the
   * provider is busy or in trouble, `access-token` where it takes the token no more, else `check`.
   */
  get(url: string, check: 'user-info' | 'groups'): Promise<unknown>
}

export function apiOf(configuration: Configuration, accessToken: string): Api {
  return {
    accessToken,
    async get(url, check) {
      const answer = await answered(configuration, accessToken, new URL(url))
      const { pathname } = new URL(url)
      const found = `${answer.status} of ${pathname}`
      if (await refusesToken(answer))
        throw new OidcFault('access-token', 'the provider takes the access token no more', {
          found,
        })
      if (answer.status === 429 || answer.status >= 500)
        throw new OidcFault('unreachable', 'the provider does not answer now', { found })
      if (answer.status !== 200)
        throw new OidcFault(check, 'the provider does not tell what Gatehouse asks', {
          found,
          expected: '200',
        })
      // The error of a parser quotes the answer: it stays here.
      const value: unknown = await answer.json().catch(() => undefined)
      if (value !== undefined) return value
      throw new OidcFault(check, 'the provider answered with something else than JSON', { found })
    },
  }
}

async function answered(
  configuration: Configuration,
  accessToken: string,
  url: URL,
): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' })
  try {
    return await fetchProtectedResource(configuration, accessToken, url, 'GET', undefined, headers)
  } catch (error) {
    if (error instanceof WWWAuthenticateChallengeError) return error.response
    throw error
  }
}

/** RFC 6750, section 3.1; Amazon answers an `invalid_token` with status 400. */
async function refusesToken(answer: Response): Promise<boolean> {
  if (answer.status !== 400) return answer.status === 401
  const told: unknown = await answer
    .clone()
    .json()
    .catch(() => undefined)
  return (told as { readonly error?: unknown } | null | undefined)?.error === 'invalid_token'
}

/** Throws OidcFault for what is no object. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>
  throw new OidcFault('user-info', 'an answer of the provider has another form')
}

const longestText = 512

/** Throws OidcFault for what is no text of 1 to 512 characters. */
export function textOf(value: unknown, name: string): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= longestText) return value
  throw new OidcFault('claim', 'the provider does not tell what the connector needs', {
    expected: name,
  })
}
