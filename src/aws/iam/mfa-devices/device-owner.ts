import { rootArn } from '../../../kernel/arn.ts'
import type { AwsFault } from '../../../kernel/aws-fault.ts'
import type { UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call, Target } from '../../operation.ts'
import { locateOwner, ownerOf, ownerTarget } from '../access-keys/key-owner.ts'

type Who = Pick<Call<never>, 'account' | 'caller'>
interface Named {
  readonly UserName?: string | undefined
}

/**
 * Whether the account's root means itself: without UserName, or with the account's id where the
 * model wants one. The id is never a user to root, so that nobody can take its place by a user of
 * that name.
 */
function isRootItself({ UserName }: Named, { account, caller }: Who): boolean {
  return caller.principal.kind === 'root' && (UserName === undefined || UserName === account)
}

export function locateDeviceOwner(
  input: Named,
  call: Who,
  reads: Reads,
): Promise<UserRecord | undefined> | undefined {
  return isRootItself(input, call) ? undefined : locateOwner(input, call, reads)
}

export function deviceOwnerTarget(input: Named, call: Who, found: UserRecord | undefined): Target {
  return isRootItself(input, call)
    ? { resource: rootArn(call.caller.partition, call.account) }
    : ownerTarget(input, call, found)
}

/**
 * Returns the user who has or gets the device, or undefined for the account's root. Throws
 * NoSuchEntity, and ValidationError for a session that belongs to neither and names nobody.
 */
export function deviceOwner(
  input: Named,
  call: Who & {
    fault(code: 'NoSuchEntity' | 'AccessDenied' | 'ValidationError', message: string): AwsFault
  },
  found: UserRecord | undefined,
): UserRecord | undefined {
  return isRootItself(input, call) ? undefined : ownerOf(input, call, found)
}
