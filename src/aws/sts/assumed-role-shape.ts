import { assumedRoleArn } from '../../kernel/arn.ts'
import type { AssumedRoleUser, Credentials } from '../../reference/aws/sts-shapes.gen.ts'
import type { Issued } from '../../sessions/role-issue.ts'
import { credentialsShape } from './credentials-shape.ts'

export interface AssumedRoleShape {
  readonly Credentials: Credentials
  readonly AssumedRoleUser: AssumedRoleUser
  /** Present only for requests with session policies or tags. */
  readonly PackedPolicySize: number | undefined
  readonly SourceIdentity: string | undefined
}

/** Returns the members that the responses of all AssumeRole operations share. */
export function assumedRoleShape({
  claims,
  credentials,
  packedPolicySize,
}: Issued): AssumedRoleShape {
  const { partition, account, role, name, sourceIdentity, layers, tags } = claims
  if (!role) throw new Error("a role was assumed, and the session is not a role's")
  return {
    Credentials: credentialsShape(credentials),
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${name}`,
      Arn: assumedRoleArn(partition, account, role.name, name),
    },
    PackedPolicySize: layers.length > 0 || tags.length > 0 ? packedPolicySize : undefined,
    SourceIdentity: sourceIdentity,
  }
}
