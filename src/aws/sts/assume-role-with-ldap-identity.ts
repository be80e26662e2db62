import type { Chain } from '../../audit/event.ts'
import { assumedRoleArn } from '../../kernel/arn.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Issued } from '../../sessions/issue.ts'
import { unsignedOperation } from '../operation.ts'
import { credentialsShape } from './credentials-shape.ts'
import { AssumeRoleWithLDAPIdentity } from './ldap-identity-model.ts'
import { askedLayer } from './session-layer.ts'

/**
 * Proves a person by password and takes a role with that proof: tries counted, the mapping's grants, the role's trust.
 * Throws SignInFault and AwsFault. Its chain goes to the audit event.
 */
export type PasswordAssume = (input: {
  readonly username: string
  readonly password: string
  readonly providerName?: string
  readonly roleArn?: string
  readonly policy?: string
  readonly policyArns?: readonly string[]
  readonly durationSeconds?: number
  readonly sourceAddress: string
  readonly userAgent: string
  readonly requestId: string
}) => Promise<Issued & { readonly identity: Identity; readonly roleArn: string; readonly chain: Chain }>

export function assumeRoleWithLdapIdentity({ passwordAssume }: { readonly passwordAssume: PasswordAssume }) {
  return unsignedOperation(AssumeRoleWithLDAPIdentity, async (input, { fault, note, sourceAddress, userAgent, requestId }) => {
    const { LDAPUsername, LDAPPassword, ProviderName, RoleArn, Policy, DurationSeconds } = input
    note({ identity: { subject: '', username: LDAPUsername } })
    const layer = askedLayer(input, (message) => fault('ValidationError', message))
    const issued = await passwordAssume({
      username: LDAPUsername,
      password: LDAPPassword,
      ...(ProviderName !== undefined && { providerName: ProviderName }),
      ...(RoleArn !== undefined && { roleArn: RoleArn }),
      ...(Policy !== undefined && { policy: Policy }),
      ...(layer && { policyArns: layer.arns }),
      ...(DurationSeconds !== undefined && { durationSeconds: DurationSeconds }),
      sourceAddress, userAgent, requestId,
    })
    note(issued.chain)
    const { claims, credentials, identity } = issued
    const { partition, account, role, name, sourceIdentity } = claims
    if (!role) throw new Error('a proven person was given a session that is not a role\'s')
    return {
      Credentials: credentialsShape(credentials),
      AssumedRoleUser: {
        AssumedRoleId: `${role.id}:${name}`,
        Arn: assumedRoleArn(partition, account, role.name, name),
      },
      PackedPolicySize: issued.packedPolicySize,
      Provider: identity.connector,
      SourceIdentity: sourceIdentity,
    }
  })
}
