import type { Caller } from '../../../sessions/caller.ts'

/** The IAM user who calls, with a key or with a GetSessionToken session: the last part of the user's ARN. Root and roles are none. */
export function callerUserName({ principal }: Caller): string | undefined {
  const arn = principal.kind === 'user' ? principal.userArn ?? principal.arn : undefined
  return arn?.slice(arn.lastIndexOf('/') + 1)
}
