import { type AwsFault, commonFault } from '../kernel/aws-fault.ts'
import type { Service } from '../reference/aws/service-data.ts'
import type { Caller } from '../sessions/caller.ts'

interface Ban {
  /** STS operations that the session's credentials may call; undefined: all but `never`. */
  readonly only?: ReadonlySet<string>
  readonly never?: ReadonlySet<string>
  /** Whether signed IAM calls are refused. */
  readonly iam: (mfa: boolean) => boolean
}

/**
 * STS API reference, "Comparing STS credentials": calls that temporary credentials may not make,
 * whatever policies say.
 */
const bans: Readonly<Record<NonNullable<Caller['claims']>['kind'], Ban>> = {
  role: { never: new Set(['GetFederationToken', 'GetSessionToken']), iam: () => false },
  'federated-user': { only: new Set(['GetCallerIdentity']), iam: () => true },
  // AssumeRoot: one task only.
  'root-session': { only: new Set(['GetCallerIdentity']), iam: () => false },
  'user-session': { only: new Set(['GetCallerIdentity', 'AssumeRole']), iam: (mfa) => !mfa },
}

/**
 * The refusal of a call that this kind of credentials may not make; undefined when it may. The ban
 * on IAM applies to signed calls only: a console session may use IAM with the same permissions.
 */
export function bannedCall(
  caller: Caller,
  service: Service,
  operation: string,
): AwsFault | undefined {
  const { claims } = caller
  if (!claims) return undefined
  const ban = bans[claims.kind]
  if (service === 'iam') {
    return caller.credentials !== 'console' && ban.iam(claims.mfaAt !== undefined)
      ? commonFault('InvalidClientTokenId', 'The security token included in the request is invalid')
      : undefined
  }
  if (service === 'gatehouse') return undefined
  return ban.never?.has(operation) || ban.only?.has(operation) === false
    ? commonFault('AccessDenied', `Cannot call ${operation} with session credentials`)
    : undefined
}
