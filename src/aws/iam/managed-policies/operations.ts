import type { Ids } from '../../../kernel/ids.ts'
import type { AnyOperation } from '../../operation.ts'
import { createPolicy } from './create-policy.ts'
import { createPolicyVersion } from './create-policy-version.ts'
import { deletePolicy } from './delete-policy.ts'
import { deletePolicyVersion } from './delete-policy-version.ts'
import { getPolicy } from './get-policy.ts'
import { getPolicyVersion } from './get-policy-version.ts'
import { listEntitiesForPolicy } from './list-entities-for-policy.ts'
import { listPolicies } from './list-policies.ts'
import { listPolicyVersions } from './list-policy-versions.ts'
import { setDefaultPolicyVersion } from './set-default-policy-version.ts'

/** Managed policies and their versions. */
export function managedPolicyOperations(ports: {
  readonly ids: Pick<Ids, 'next'>
}): readonly AnyOperation[] {
  return [
    createPolicy(ports),
    createPolicyVersion,
    deletePolicy,
    deletePolicyVersion,
    getPolicy,
    getPolicyVersion,
    listEntitiesForPolicy,
    listPolicies,
    listPolicyVersions,
    setDefaultPolicyVersion,
  ]
}
