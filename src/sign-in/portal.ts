import type { Credentials, SessionClaims } from '../credentials/claims.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Callers } from '../sessions/caller.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { type LastSignIns, lastSignIns } from './last-sign-ins.ts'
import { type RoleMemories, roleMemories } from './role-memory.ts'

export interface PortalPorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get'>
  readonly clock: Clock
  /** Opens a sealed session token: `unsealSession` with the key ring. */
  readonly unsealSession: (token: string) => SessionClaims | undefined
  readonly callers: Pick<Callers, 'ofClaims'>
}

/** What the portal's page keeps between requests. */
export interface Portal {
  readonly memories: RoleMemories
  readonly signIns: LastSignIns
  /**
   * Returns credentials that were issued before, from their sealed token, so that only the token
   * has to be kept. Undefined once they have ended or were revoked.
   */
  reopen(sessionToken: string): Promise<Credentials | undefined>
}

export function buildPortal(ports: PortalPorts): Portal {
  return {
    memories: roleMemories(ports),
    signIns: lastSignIns(ports),
    reopen: (sessionToken) => reopen(ports, sessionToken),
  }
}

async function reopen(
  { unsealSession, callers }: PortalPorts,
  sessionToken: string,
): Promise<Credentials | undefined> {
  const claims = unsealSession(sessionToken)
  if (!claims) return undefined
  try {
    await callers.ofClaims(claims, 'temporary')
  } catch (error) {
    if (error instanceof AwsFault && error.status < 500) return undefined
    throw error
  }
  const { accessKeyId, secretAccessKey, expiresAt: expiration } = claims
  return { accessKeyId, secretAccessKey, sessionToken, expiration }
}
