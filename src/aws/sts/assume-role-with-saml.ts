import type { AssumeWithSaml } from '../../sessions/assumption.ts'
import { unsignedOperation } from '../operation.ts'
import { assumedRoleShape } from './assumed-role-shape.ts'
import { requestedLayer } from './session-layer.ts'
import { stsModel } from './sts-model.ts'

export function assumeRoleWithSaml(assume: AssumeWithSaml) {
  return unsignedOperation(stsModel('AssumeRoleWithSAML'), async (input, call) => {
    const assumed = await assume(
      {
        roleArn: input.RoleArn,
        principalArn: input.PrincipalArn,
        assertion: input.SAMLAssertion,
        layer: requestedLayer(input),
        durationSeconds: input.DurationSeconds,
        from: call,
      },
      call.note,
    )
    return {
      ...assumedRoleShape(assumed),
      Subject: assumed.subject,
      SubjectType: assumed.subjectType,
      Issuer: assumed.issuer,
      Audience: assumed.audience,
      NameQualifier: assumed.nameQualifier,
    }
  })
}
