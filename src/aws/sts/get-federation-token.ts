import { federatedUserArn } from '../../kernel/arn.ts'
import type { Issuer } from '../../sessions/issue.ts'
import { sessionTags } from '../../sessions/session-tags.ts'
import { operation, type Target } from '../operation.ts'
import { tagConditions } from '../request-context.ts'
import { credentialsShape } from './credentials-shape.ts'
import { requestedLayer } from './session-layer.ts'
import { stsModel } from './sts-model.ts'
import { userSessionSeconds } from './user-session-seconds.ts'

/**
 * Without a session policy the federated user has no permissions: the only session layer is empty.
 */
const nothing = { inline: [], arns: [] }

export function getFederationToken({
  issuer,
}: {
  readonly issuer: Pick<Issuer, 'issueFederatedUser'>
}) {
  return operation(stsModel('GetFederationToken'), {
    authorize({ Name, Tags }, { caller, account }) {
      const target: Target = {
        resource: federatedUserArn(caller.partition, account, Name),
        conditions: tagConditions(Tags),
      }
      return Tags?.length ? [target, { ...target, action: 'sts:TagSession' }] : target
    },

    async handle(input, { caller, account, note }) {
      const { Name } = input
      const layer = requestedLayer(input)
      const { tags } = sessionTags(input)
      note({ session: Name })
      const issued = await issuer.issueFederatedUser({
        caller,
        name: Name,
        durationSeconds: userSessionSeconds(caller, input.DurationSeconds),
        layers: [layer ?? nothing],
        tags,
      })
      return {
        Credentials: credentialsShape(issued.credentials),
        FederatedUser: {
          FederatedUserId: `${account}:${Name}`,
          Arn: federatedUserArn(caller.partition, account, Name),
        },
        // Always present, unlike in the response of AssumeRole.
        PackedPolicySize: layer || tags.length > 0 ? issued.packedPolicySize : 0,
      }
    },
  })
}
