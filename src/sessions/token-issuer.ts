import type { SigningAlgorithm, SigningKeys } from '../credentials/signing-keys.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Tag } from '../store/records.ts'
import type { Reads } from '../store/store.ts'
import type { Caller } from './caller.ts'

export interface TokenRequest {
  readonly caller: Caller
  readonly audience: readonly string[]
  readonly durationSeconds: number
  readonly algorithm: SigningAlgorithm
  readonly tags: readonly Tag[]
  /** The region that the call was scoped to. */
  readonly region: string
}

/**
 * Issues the tokens of GetWebIdentityToken, by which other clouds and services trust our sessions
 * with our published keys (IAM user guide, "Outbound identity federation").
 */
export interface TokenIssuer {
  /** The `iss` of an account's tokens. */
  issuer(account: string): string
  issue(token: TokenRequest): Promise<{ readonly jwt: string; readonly expiresAt: Date }>
  /**
   * The discovery document (OpenID Connect Discovery 1.0, section 4); undefined while the account
   * has it disabled.
   */
  discovery(account: string): Promise<Readonly<Record<string, unknown>> | undefined>
  keys(account: string): Promise<object | undefined>
}

export interface TokenIssuerPorts {
  readonly publicUrl: URL
  readonly reads: Pick<Reads, 'find'>
  readonly signingKeys: SigningKeys
  readonly clock: Clock
  readonly ids: Pick<Ids, 'uuid'>
}

/** The claim that contains AWS's own values, under its namespace. */
const namespace = 'https://sts.amazonaws.com/'

export function createTokenIssuer({
  publicUrl,
  reads,
  signingKeys,
  clock,
  ids,
}: TokenIssuerPorts): TokenIssuer {
  const issuer = (account: string) => `${publicUrl.origin}/outbound/${account}`
  const switchedOn = async (account: string) =>
    (await reads.find('account', account, 'account'))?.outboundFederation === true

  return {
    issuer,
    async issue({ caller, audience, durationSeconds, algorithm, tags, region }) {
      const issuedAt = Math.floor(clock.now().getTime() / 1000)
      const expires = issuedAt + durationSeconds
      const { principal, account, claims } = caller
      const jwt = await signingKeys.sign(algorithm, {
        iss: issuer(account),
        sub: principal.roleArn ?? principal.arn,
        aud: audience.length === 1 ? audience[0] : audience,
        iat: issuedAt,
        nbf: issuedAt,
        exp: expires,
        jti: ids.uuid(),
        [namespace]: {
          aws_account: account,
          source_region: region,
          principal_id: principal.arn,
          ...(claims && { original_session_exp: claims.expiresAt.toISOString() }),
          ...(claims?.sourceIdentity !== undefined && { source_identity: claims.sourceIdentity }),
          principal_tags: byKey(await principalTags(reads, caller)),
          request_tags: byKey(tags),
        },
      })
      return { jwt, expiresAt: new Date(expires * 1000) }
    },
    async discovery(account) {
      if (!(await switchedOn(account))) return undefined
      return {
        issuer: issuer(account),
        jwks_uri: `${issuer(account)}/.well-known/jwks.json`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256', 'ES384'],
        claims_supported: ['iss', 'sub', 'aud', 'iat', 'nbf', 'exp', 'jti', namespace],
      }
    },
    keys: async (account) => ((await switchedOn(account)) ? signingKeys.published() : undefined),
  }
}

/**
 * The tags of the role or user, replaced by the session's tags with the same keys, in their
 * spelling.
 */
export async function principalTags(
  reads: Pick<Reads, 'find'>,
  { account, claims, context }: Caller,
): Promise<readonly Tag[]> {
  const role = claims?.role && (await reads.find('role', account, claims.role.name.toLowerCase()))
  const userName = context.get('aws:username')?.[0]
  const user =
    userName === undefined ? undefined : await reads.find('user', account, userName.toLowerCase())
  const session = claims?.tags ?? []
  const own = new Set(session.map(({ Key }) => Key.toLowerCase()))
  return [
    ...(role?.tags ?? user?.tags ?? []).filter(({ Key }) => !own.has(Key.toLowerCase())),
    ...session,
  ]
}

function byKey(tags: readonly Tag[]): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
}
