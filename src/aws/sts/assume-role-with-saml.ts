import type { Chain } from '../../audit/event.ts'
import { assumedRoleArn } from '../../kernel/arn.ts'
import { AwsFault } from '../../kernel/aws-fault.ts'
import type { Issued } from '../../sessions/issue.ts'
import { unsignedOperation } from '../operation.ts'
import { credentialsShape } from './credentials-shape.ts'
import { askedLayer } from './session-layer.ts'
import { stsModel } from './sts-model.ts'

/** Proves an assertion and takes a role with it. Throws AwsFault, whose cause may carry the chain of the refusal. */
export type SamlAssume = (input: {
  readonly roleArn: string
  readonly principalArn: string
  readonly assertion: string
  readonly policy?: string
  readonly policyArns?: readonly string[]
  readonly durationSeconds?: number
}) => Promise<Issued & {
  readonly subject: string
  readonly subjectType: string
  readonly issuer: string
  /** The assertion's Recipient. */
  readonly audience: string
  readonly nameQualifier: string
  readonly chain: Chain
}>

export function assumeRoleWithSaml({ samlAssume }: { readonly samlAssume: SamlAssume }) {
  return unsignedOperation(stsModel('AssumeRoleWithSAML'), async (input, { fault, note }) => {
    const { RoleArn, PrincipalArn, SAMLAssertion, Policy, DurationSeconds } = input
    const layer = askedLayer(input, (message) => fault('ValidationError', message))
    const issued = await noting(note, samlAssume({
      roleArn: RoleArn, principalArn: PrincipalArn, assertion: SAMLAssertion,
      ...(Policy !== undefined && { policy: Policy }), ...(layer && { policyArns: layer.arns }),
      ...(DurationSeconds !== undefined && { durationSeconds: DurationSeconds }),
    }))
    const { partition, account, role, name, sourceIdentity, tags } = issued.claims
    if (!role) throw new Error('an assertion was given a session that is not a role\'s')
    return {
      Credentials: credentialsShape(issued.credentials),
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${name}`, Arn: assumedRoleArn(partition, account, role.name, name) },
      PackedPolicySize: layer || tags.length > 0 ? issued.packedPolicySize : undefined,
      Subject: issued.subject,
      SubjectType: issued.subjectType,
      Issuer: issued.issuer,
      Audience: issued.audience,
      NameQualifier: issued.nameQualifier,
      SourceIdentity: sourceIdentity,
    }
  })
}

async function noting<T extends { readonly chain: Chain }>(note: (chain: Chain) => void, assuming: Promise<T>): Promise<T> {
  try {
    const assumed = await assuming
    note(assumed.chain)
    return assumed
  } catch (error) {
    const cause = error instanceof AwsFault ? error.cause : undefined
    if (cause instanceof Error && 'chain' in cause) note(cause.chain as Chain)
    throw error
  }
}
