import type { Reads } from '../../../store/store.ts'
import type { Call } from '../../operation.ts'
import { managedPolicy } from '../managed-policies/managed-policy.ts'
import { notAttachable } from '../managed-policies/ready-made-policy.ts'

/**
 * Checks that a boundary is a managed policy of the caller's account or a ready-made one. Throws
 * InvalidInput for a text that is not the ARN of a policy, NoSuchEntity for a policy that does not
 * exist.
 */
export async function checkBoundary(
  arn: string | undefined,
  reads: Pick<Reads, 'find'>,
  call: Call<'InvalidInput' | 'NoSuchEntity'>,
): Promise<void> {
  if (arn === undefined) return
  const found = await managedPolicy.find({ PolicyArn: arn }, call, reads)
  if (found && notAttachable(found) === undefined) return
  throw call.fault('NoSuchEntity', `Scope ARN: ${arn} does not exist or is not attachable.`)
}
