import type { Reads } from '../../../store/store.ts'
import type { Call } from '../../operation.ts'
import { findPolicy } from '../managed-policies/policy-access.ts'

/** A boundary is a managed policy of the caller's account. Throws InvalidInput for what is no ARN of a policy, NoSuchEntity for one that is not there. */
export async function checkBoundary(arn: string | undefined, reads: Pick<Reads, 'find'>, call: Call<'InvalidInput' | 'NoSuchEntity'>): Promise<void> {
  if (arn === undefined || await findPolicy(arn, call, reads)) return
  throw call.fault('NoSuchEntity', `Scope ARN: ${arn} does not exist or is not attachable.`)
}
