import type { SigningAlgorithm } from '../../credentials/signing-keys.ts'
import { sessionTags } from '../../sessions/session-tags.ts'
import type { TokenIssuer } from '../../sessions/token-issuer.ts'
import { operation } from '../operation.ts'
import { tagConditions } from '../request-context.ts'
import { stsModel } from './sts-model.ts'

const defaultDurationSeconds = 300
/** The limit for a token's own claims, because other services limit the size of headers. */
const mostTokenCharacters = 8192
const algorithms: readonly string[] = ['RS256', 'ES384'] satisfies SigningAlgorithm[]

/**
 * Issues a token that other services verify with our published keys. It expires no later than the
 * caller's session.
 */
export function getWebIdentityToken({
  tokenIssuer,
  region,
}: {
  readonly tokenIssuer: TokenIssuer
  readonly region: string
}) {
  return operation(stsModel('GetWebIdentityToken'), {
    locate: (_input, { account }, reads) => reads.find('account', account, 'account'),

    authorize({ Audience, SigningAlgorithm, DurationSeconds = defaultDurationSeconds, Tags }) {
      const conditions = {
        'sts:IdentityTokenAudience': Audience,
        'sts:SigningAlgorithm': SigningAlgorithm,
        'sts:DurationSeconds': String(DurationSeconds),
        ...tagConditions(Tags),
      }
      const target = { resource: '*', conditions }
      return Tags?.length ? [target, { ...target, action: 'sts:TagGetWebIdentityToken' }] : target
    },

    async handle(input, { caller, now, fault }, accountRecord) {
      const { Audience, SigningAlgorithm, DurationSeconds = defaultDurationSeconds } = input
      if (!accountRecord?.outboundFederation) {
        throw fault(
          'OutboundWebIdentityFederationDisabledException',
          'Outbound web identity federation is not enabled for this account: call ' +
            'EnableOutboundWebIdentityFederation first.',
        )
      }
      if (!algorithms.includes(SigningAlgorithm))
        throw fault(
          'ValidationError',
          `The signing algorithm ${SigningAlgorithm} is not one of RS256, ES384.`,
        )
      if (
        caller.claims &&
        now.getTime() + DurationSeconds * 1000 > caller.claims.expiresAt.getTime()
      ) {
        throw fault(
          'SessionDurationEscalationException',
          'The requested token duration would extend the session beyond its original ' +
            'expiration time.',
        )
      }
      const { tags } = sessionTags({ Tags: input.Tags })
      const { jwt, expiresAt } = await tokenIssuer.issue({
        caller,
        audience: Audience,
        durationSeconds: DurationSeconds,
        algorithm: SigningAlgorithm as SigningAlgorithm,
        tags,
        region,
      })
      if (jwt.length > mostTokenCharacters)
        throw fault(
          'JWTPayloadSizeExceededException',
          `The token has ${jwt.length} characters: at most ${mostTokenCharacters}. Use fewer ` +
            'tags or audiences.',
        )
      return { WebIdentityToken: jwt, Expiration: expiresAt }
    },
  })
}
