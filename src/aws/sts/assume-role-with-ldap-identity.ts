import type { Chain } from '../../audit/event.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Issued } from '../../sessions/issue.ts'
import type { RequestOrigin } from '../../sessions/request-facts.ts'
import { unsignedOperation } from '../operation.ts'
import { assumedRoleShape } from './assumed-role-shape.ts'
import { AssumeRoleWithLDAPIdentity } from './ldap-identity-model.ts'
import { noting } from './noting.ts'
import { askedLayer } from './session-layer.ts'

/**
 * Proves a person by password and takes a role with that proof: tries counted, the mapping's grants, the role's trust.
 * Throws SignInFault or AwsFault; the cause of an AwsFault may carry the chain of a refused sign-in. Chains go to the
 * audit event, which is the dispatcher's to write.
 */
export type PasswordAssume = (input: {
  readonly username: string
  readonly password: string
  readonly providerName?: string
  readonly roleArn?: string
  readonly policy?: string
  readonly policyArns?: readonly string[]
  readonly durationSeconds?: number
  readonly requestId: string
} & RequestOrigin) => Promise<Issued & { readonly identity: Identity; readonly roleArn: string; readonly chain: Chain }>

export function assumeRoleWithLdapIdentity({ passwordAssume }: { readonly passwordAssume: PasswordAssume }) {
  return unsignedOperation(AssumeRoleWithLDAPIdentity, async (input, { fault, note, sourceAddress, userAgent, secure, region, requestId }) => {
    const { LDAPUsername, LDAPPassword, ProviderName, RoleArn, Policy, DurationSeconds } = input
    const layer = askedLayer(input, (message) => fault('ValidationError', message))
    const issued = await noting(note, passwordAssume({
      username: LDAPUsername,
      password: LDAPPassword,
      ...(ProviderName !== undefined && { providerName: ProviderName }),
      ...(RoleArn !== undefined && { roleArn: RoleArn }),
      ...(Policy !== undefined && { policy: Policy }),
      ...(layer && { policyArns: layer.arns }),
      ...(DurationSeconds !== undefined && { durationSeconds: DurationSeconds }),
      sourceAddress, userAgent, secure, region, requestId,
    }))
    return { ...assumedRoleShape(issued), Provider: issued.identity.connector }
  })
}
