import type { OpenSessions } from '../sign-in/open-sessions.ts'
import { buildOwnSessions, type OwnSessionPorts } from '../sign-in/own-sessions.ts'
import type { Ground } from './ground.ts'

type Ports = Pick<OwnSessionPorts, 'audit' | 'clock' | 'ids' | 'revocations'>

/** Opens what people see and end of their own. */
export function openOwnSessions(
  { store: { transact }, shortLived: { ephemeral } }: Ground,
  openSessions: OpenSessions,
  ports: Ports,
) {
  return buildOwnSessions({ ...ports, transact, ephemeral, openSessions })
}
