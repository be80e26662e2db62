import type { AssumeWithWebIdentity } from '../../sessions/assumption.ts'
import { unsignedOperation } from '../operation.ts'
import { assumedRoleShape } from './assumed-role-shape.ts'
import { requestedLayer } from './session-layer.ts'
import { stsModel } from './sts-model.ts'

const inQuery = { sensitiveInQuery: ['WebIdentityToken'] }

/**
 * Accepts the token in the query string: object_store, Envoy and MinIO's SDKs send it there, and it
 * is valid for minutes only.
 */
export function assumeRoleWithWebIdentity(assume: AssumeWithWebIdentity) {
  return unsignedOperation(
    stsModel('AssumeRoleWithWebIdentity'),
    async (input, call) => {
      if (input.ProviderId !== undefined)
        throw call.fault(
          'ValidationError',
          'ProviderId goes with OAuth 2.0 access tokens, which are not taken here: ' +
            'pass an OpenID Connect token, and no ProviderId.',
        )
      const assumed = await assume(
        {
          roleArn: input.RoleArn,
          sessionName: input.RoleSessionName,
          // A token read from a file ends with a newline.
          token: input.WebIdentityToken.trim(),
          layer: requestedLayer(input),
          durationSeconds: input.DurationSeconds,
          from: call,
        },
        call.note,
      )
      return {
        ...assumedRoleShape(assumed),
        SubjectFromWebIdentityToken: assumed.subject,
        Provider: assumed.provider,
        Audience: assumed.audience,
      }
    },
    inQuery,
  )
}
