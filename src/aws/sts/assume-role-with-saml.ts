import type { Chain } from '../../audit/event.ts'
import type { Issued } from '../../sessions/issue.ts'
import type { RequestOrigin } from '../../sessions/request-facts.ts'
import { unsignedOperation } from '../operation.ts'
import { assumedRoleShape } from './assumed-role-shape.ts'
import { noting } from './noting.ts'
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
  readonly from: RequestOrigin
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
  return unsignedOperation(stsModel('AssumeRoleWithSAML'), async (input, call) => {
    const { RoleArn, PrincipalArn, SAMLAssertion, Policy, DurationSeconds } = input
    const { fault, note } = call
    const layer = askedLayer(input, (message) => fault('ValidationError', message))
    const issued = await noting(note, samlAssume({
      roleArn: RoleArn, principalArn: PrincipalArn, assertion: SAMLAssertion, from: call,
      ...(Policy !== undefined && { policy: Policy }), ...(layer && { policyArns: layer.arns }),
      ...(DurationSeconds !== undefined && { durationSeconds: DurationSeconds }),
    }))
    return {
      ...assumedRoleShape(issued),
      Subject: issued.subject,
      SubjectType: issued.subjectType,
      Issuer: issued.issuer,
      Audience: issued.audience,
      NameQualifier: issued.nameQualifier,
    }
  })
}
