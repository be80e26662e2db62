import type { SessionClaims } from '../credentials/claims.ts'
import { assumedRoleArn, federatedUserArn, iamArn, rootArn } from '../kernel/arn.ts'

/** The ARN that GetCallerIdentity returns for a session. */
export function sessionArn(claims: SessionClaims): string {
  const { kind, partition, account, name, role, user } = claims
  if (kind === 'role' && role) return assumedRoleArn(partition, account, role.name, name)
  if (kind === 'federated-user') return federatedUserArn(partition, account, name)
  return user
    ? iamArn({ partition, account }, 'user', user.name, user.path)
    : rootArn(partition, account)
}
