/**
 * `MaxSessionDuration` of a role, in seconds: its bounds and its default (IAM API reference,
 * CreateRole).
 */
export const longestSession = {
  leastSeconds: 3600,
  mostSeconds: 43_200,
  defaultSeconds: 3600,
} as const

/**
 * The longest session of a role assumed with a session of another role, in seconds (IAM user guide,
 * "Role chaining").
 */
export const longestChainedSeconds = 3600
