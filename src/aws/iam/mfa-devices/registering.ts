import type { ChallengeUse } from '../../../sessions/security-keys.ts'
import type { Call, Target } from '../../operation.ts'

interface Registering {
  /** `Create`: a browser is about to ask for a key; `Activate`: the key has answered. */
  readonly step: 'Create' | 'Activate'
  /** Of a key whose attestation proved its model. */
  readonly certifications?: Readonly<Record<string, string>> | undefined
}

/**
 * The target of registering a security key, with its condition keys (IAM service authorization
 * reference). Of a key whose certification is not proved, the keys are absent: no policy that wants
 * a level takes it.
 */
export function registering(target: Target, { step, certifications = {} }: Registering): Target {
  return {
    ...target,
    action: 'iam:EnableMFADevice',
    conditions: {
      ...target.conditions,
      'iam:RegisterSecurityKey': step,
      'iam:FIDO-certification': certifications.FIDO,
      'iam:FIDO-FIPS-140-2-certification': certifications['FIPS-140-2'],
      'iam:FIDO-FIPS-140-3-certification': certifications['FIPS-140-3'],
    },
  }
}

/** A touch for a code is answered by whoever asked for it. */
export function codeUse({ caller }: Pick<Call<never>, 'caller'>): ChallengeUse {
  return { purpose: 'code', by: caller.userId }
}

/** A registration is finished by whoever began it. */
export function registrationBy({ caller }: Pick<Call<never>, 'caller'>): ChallengeUse {
  return { purpose: 'register', by: caller.userId }
}
