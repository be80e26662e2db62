import { rootArn } from '../../../kernel/arn.ts'
import type { AwsFault } from '../../../kernel/aws-fault.ts'
import type { UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call, Target } from '../../operation.ts'
import { existing, findNamed, namedTarget } from '../entity.ts'
import { callerUserName } from '../users/caller-user-name.ts'

type Who = Pick<Call<never>, 'account' | 'caller'>
interface Named {
  readonly UserName?: string | undefined
}

/** Without UserName the keys are those of the caller: a user or the account's root. */
export function nameOfOwner({ UserName }: Named, { caller }: Who): string | undefined {
  return UserName ?? callerUserName(caller)
}

export function locateOwner(
  input: Named,
  call: Who,
  reads: Reads,
): Promise<UserRecord | undefined> | undefined {
  const name = nameOfOwner(input, call)
  return name === undefined ? undefined : findNamed(reads, 'user', call, name)
}

export function ownerTarget(input: Named, call: Who, found: UserRecord | undefined): Target {
  const name = nameOfOwner(input, call)
  if (name !== undefined) return namedTarget('user', call, name, found)
  const { caller, account } = call
  return {
    resource:
      caller.principal.kind === 'root' ? rootArn(caller.partition, account) : caller.principal.arn,
  }
}

/**
 * Returns the user, or undefined for the account's root. Throws NoSuchEntity, and ValidationError
 * for a session that belongs to neither.
 */
export function ownerOf(
  input: Named,
  call: Who & {
    fault(code: 'NoSuchEntity' | 'AccessDenied' | 'ValidationError', message: string): AwsFault
  },
  found: UserRecord | undefined,
): UserRecord | undefined {
  const name = nameOfOwner(input, call)
  if (name !== undefined) return existing(found, 'user', name, call)
  if (call.caller.principal.kind === 'root') return undefined
  throw call.fault(
    'ValidationError',
    'Must specify userName when calling with non-User credentials',
  )
}
