import { hash } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { UpstreamSettings } from './settings.ts'
import type { UpstreamRequest } from './upstream.ts'

/**
 * Issues the tokens with which Gatehouse takes roles in accounts that trust its keys. Each account
 * has an issuer of its own, so that a token for one is no token for another; and no call of the API
 * makes tokens of these issuers, which GetWebIdentityToken does of its own.
 */
export interface UpstreamTokens {
  /** The `iss` of an account's tokens, and the URL of the OpenID Connect provider there. */
  issuer(account: string): string
  /** A token for one call. It names the role, which the call does not prove. */
  sign(account: string, audience: string, request: UpstreamRequest): Promise<string>
  /** OpenID Connect Discovery 1.0, section 4; undefined for an account without such tokens. */
  discovery(account: string): Promise<Readonly<Record<string, unknown>> | undefined>
  keys(account: string): Promise<object | undefined>
}

export interface UpstreamTokensPorts {
  readonly publicUrl: URL
  readonly accounts: () => readonly {
    readonly id: string
    readonly upstream?: UpstreamSettings | undefined
  }[]
  readonly signingKeys: {
    sign(algorithm: 'RS256', claims: Readonly<Record<string, unknown>>): Promise<string>
    published(): Promise<object>
  }
  readonly clock: Clock
  readonly ids: { uuid(): string }
}

/** The call is made at once. */
const lifetimeSeconds = 300
/** IAM user guide, "Available keys for AWS OIDC federation": a subject has at most that. */
const mostSubjectCharacters = 255
const digestCharacters = 22

export function createUpstreamTokens(ports: UpstreamTokensPorts): UpstreamTokens {
  const { publicUrl, accounts, signingKeys, clock, ids } = ports
  const issuer = (account: string) => `${publicUrl.origin}/upstream/${account}`
  const isOn = (account: string) =>
    accounts().some(
      ({ id, upstream }) => id === account && upstream?.credentials.from === 'signed-token',
    )
  return {
    issuer,
    sign(account, audience, request) {
      const issuedAt = Math.floor(clock.now().getTime() / 1000)
      const { tags, transitiveTagKeys, sourceIdentity } = request
      return signingKeys.sign('RS256', {
        iss: issuer(account),
        sub: subjectOf(account, request),
        aud: audience,
        iat: issuedAt,
        nbf: issuedAt,
        exp: issuedAt + lifetimeSeconds,
        jti: ids.uuid(),
        ...(tags.length > 0 && {
          'https://aws.amazon.com/tags': {
            principal_tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, [Value]])),
            transitive_tag_keys: transitiveTagKeys,
          },
        }),
        ...(sourceIdentity !== undefined && {
          'https://aws.amazon.com/source_identity': sourceIdentity,
        }),
      })
    },
    async discovery(account) {
      if (!isOn(account)) return undefined
      return {
        issuer: issuer(account),
        jwks_uri: `${issuer(account)}/.well-known/jwks.json`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        claims_supported: ['iss', 'sub', 'aud', 'iat', 'nbf', 'exp', 'jti'],
      }
    },
    keys: async (account) => (isOn(account) ? signingKeys.published() : undefined),
  }
}

/**
 * `ACCOUNT:ROLE:TAKER`. The role's name is in it because the call's RoleArn is no part of the
 * proof: the trust policy there pins `ACCOUNT:ROLE:*`, so that a token for one role takes no other.
 * TAKER is `FROM/NAME`. INVARIANT: a role's name has no `:`, neither part of the taker has one as
 * written, and NAME has no `/`, so that none is read as another: neither `a/b` of a provider as `b`
 * of the provider `…/a`.
 */
export function subjectOf(
  account: string,
  { roleName, taker }: Pick<UpstreamRequest, 'roleName' | 'taker'>,
): string {
  const { from, name } = taker
  const whole = `${account}:${roleName}:${written(from, foreign)}/${written(name, foreignOrSlash)}`
  if (whole.length <= mostSubjectCharacters) return whole
  const digest = hash('sha256', whole, 'base64url').slice(0, digestCharacters)
  return `${whole.slice(0, mostSubjectCharacters - digestCharacters - 1)}~${digest}`
}

const foreign = /[^\w+=,.@/-]/gu
const foreignOrSlash = /[^\w+=,.@-]/gu

function written(text: string, encoded: RegExp): string {
  return text.replace(encoded, (one) =>
    [...Buffer.from(one)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  )
}
