import type { Caller } from '../../../sessions/caller.ts'

/**
 * Returns the name of the IAM user who calls, with an access key or a GetSessionToken session: the
 * last part of the user's ARN. Undefined for root and roles.
 */
export function callerUserName({ principal }: Caller): string | undefined {
  const arn = principal.kind === 'user' ? (principal.userArn ?? principal.arn) : undefined
  return arn?.slice(arn.lastIndexOf('/') + 1)
}
