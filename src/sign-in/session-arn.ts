import { assumedRoleArn, federatedUserArn, iamArn, rootArn } from '../kernel/arn.ts'
import type { SessionClaims } from '../credentials/claims.ts'

/** The ARN that a session's credentials answer to GetCallerIdentity. */
export function sessionArn(claims: SessionClaims): string {
  const { kind, partition, account, name, role, user } = claims
  if (kind === 'role' && role) return assumedRoleArn(partition, account, role.name, name)
  if (kind === 'federated-user') return federatedUserArn(partition, account, name)
  return user ? iamArn(partition, account, 'user', user.name, user.path) : rootArn(partition, account)
}
