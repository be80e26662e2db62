import type { LogoutMessage } from '../../connectors/saml/logout.ts'
import { type EndedSessionPorts, endMarked, sessionsMark } from '../ended-sessions.ts'

type LogoutRequest = Extract<LogoutMessage, { kind: 'request' }>

/**
 * Ends every session on the server that the request names: of its connector and NameID, and of its
 * session indexes if it has any (SAML core, 3.7.1).
 */
export async function endSessions(
  ports: EndedSessionPorts,
  connector: string,
  { nameId, format, sessionIndexes }: LogoutRequest,
): Promise<void> {
  const indexes = sessionIndexes.length > 0 ? sessionIndexes : [null]
  const marks = indexes.map((index) => sessionsMark(connector, nameId, format, index))
  await endMarked(ports, marks)
}
