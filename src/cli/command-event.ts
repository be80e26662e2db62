import { randomUUID } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { cloudTrailLine } from '../audit/cloudtrail.ts'
import type { AuditEvent } from '../audit/event.ts'
import type { Environment } from '../config/references.ts'
import { systemClock } from '../kernel/clock.ts'

/** A change that an operator made by a command. */
export interface CommandEvent
  extends Pick<AuditEvent, 'eventSource' | 'eventName' | 'errorCode' | 'errorMessage'>,
    Partial<Pick<AuditEvent, 'chain'>> {
  /** As it is typed, without arguments: `apps remove`. */
  readonly command: string
  /** What was changed. Never a secret. */
  readonly request: Readonly<Record<string, unknown>>
  readonly account?: string | undefined
}

/**
 * The trail's line of a change by command, for the outbox of the store that it changed: Gatehouse
 * brings it into the file within some seconds, or at its next start. Who did it is the user of the
 * operating system, with the one who became that user by sudo.
 */
export function commandLine(
  { command, request, account, chain = {}, ...event }: CommandEvent,
  env: Environment,
): string {
  const { SUDO_USER: sudoUser } = env
  return cloudTrailLine({
    ...event,
    eventID: randomUUID(),
    eventTime: systemClock.now(),
    eventType: 'AwsServiceEvent',
    awsRegion: 'us-east-1',
    sourceIPAddress: hostname().slice(0, longest),
    userAgent: `gatehouse ${command}`,
    requestID: randomUUID(),
    ...(account !== undefined && { recipientAccountId: account }),
    userIdentity: {
      type: 'OperatingSystemUser',
      userName: operator(),
      ...(sudoUser && { sudoUser: sudoUser.slice(0, longest) }),
    },
    requestParameters: request,
    readOnly: false,
    chain,
  })
}

const longest = 256

/** In a container the user may have no name. */
function operator(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
