import { commonFault } from '../kernel/aws-fault.ts'
import { longestChainedSeconds } from '../kernel/role-sessions.ts'

/**
 * How long a role session lasts, in seconds, when the call does not say (STS API reference,
 * "DurationSeconds" of AssumeRole and every AssumeRoleWith…).
 */
export const defaultSessionSeconds = 3600
/** The shortest duration (as above). */
export const shortestSessionSeconds = 900

/**
 * Throws ValidationError, in AWS's wording, for a duration that the role does not allow. `chained`:
 * the caller is a role's session; a request for more than an hour is refused then, not shortened.
 */
export function refuseDuration(
  seconds: number,
  { longestSeconds, chained = false }: { longestSeconds: number; chained?: boolean | undefined },
): void {
  if (chained && seconds > longestChainedSeconds)
    throw commonFault(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by ' +
        'role chaining',
    )
  if (seconds < shortestSessionSeconds || seconds > longestSeconds)
    throw commonFault(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
}
