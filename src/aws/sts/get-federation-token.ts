import { federatedUserArn } from '../../kernel/arn.ts'
import type { Issuer } from '../../sessions/issue.ts'
import { operation, type Target } from '../operation.ts'
import { tagConditions } from '../request-context.ts'
import { credentialsShape } from './credentials-shape.ts'
import { askedLayer } from './session-layer.ts'
import { sessionTags } from './session-tags.ts'
import { stsModel } from './sts-model.ts'
import { userSessionSeconds } from './user-session-seconds.ts'

/** Without a session policy the federated user has no permissions of its own: its one layer is empty. */
const nothing = { inline: [], arns: [] }

export function getFederationToken({ issuer }: { readonly issuer: Pick<Issuer, 'issueFederatedUser'> }) {
  return operation(stsModel('GetFederationToken'), {
    authorize({ Name, Tags }, { caller, account }) {
      const target: Target = {
        resource: federatedUserArn(caller.partition, account, Name),
        conditions: tagConditions(Tags),
      }
      return Tags?.length ? [target, { ...target, action: 'sts:TagSession' }] : target
    },

    async handle(input, { caller, account, fault, note }) {
      const { Name } = input
      const layer = askedLayer(input, (message) => fault('ValidationError', message))
      const { tags } = sessionTags(input, undefined, fault)
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
        PackedPolicySize: layer || tags.length > 0 ? issued.packedPolicySize : undefined,
      }
    },
  })
}
