import type { AuditEvent, Chain, Recordable } from '../audit/event.ts'
import type { AwsFault } from '../kernel/aws-fault.ts'
import { secondsWriter } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Caller } from '../sessions/caller.ts'
import type { SessionClaims } from '../credentials/claims.ts'
import type { AnyOperation } from './operation.ts'
import { redacted } from './redact.ts'

const creationDate = secondsWriter()

/** What is known of a call so far. Filled as the call goes its road; the audit event tells it, however far it came. */
export interface Trace {
  readonly requestId: string
  readonly now: Date
  readonly sourceAddress: string
  readonly secure: boolean
  readonly userAgent: string
  /** The region that the call is scoped to; an unsigned one's is the settings'. */
  region: string
  /** As the caller wrote it, cut; the operation's name once it is known. */
  action: string
  operation: AnyOperation | undefined
  accessKeyId: string | undefined
  caller: Caller | undefined
  input: Readonly<Record<string, unknown>> | undefined
  output: unknown
  chain: Chain
}

/** One event for a call, allowed or denied. The trace is over: nobody adds to it. */
export function recordableCall(trace: Trace, fault: AwsFault | undefined, ids: Pick<Ids, 'uuid'>): Recordable {
  return { eventSource: eventSource(trace), ...(fault && { errorCode: fault.code }), event: () => callEvent(trace, fault, ids.uuid()) }
}

function eventSource({ operation }: Trace): AuditEvent['eventSource'] {
  return operation?.model.service === 'iam' ? 'iam.amazonaws.com' : 'sts.amazonaws.com'
}

function callEvent(trace: Trace, fault: AwsFault | undefined, eventID: string): AuditEvent {
  const { operation, caller, input } = trace
  const model = operation?.model
  const writes = operation?.access === 'signed' && operation.rules.writes === true
  const answered = fault === undefined && model?.output && (writes || model.output.byName.has('Credentials'))
  return {
    eventID,
    eventTime: trace.now,
    eventSource: eventSource(trace),
    eventName: trace.action,
    eventType: 'AwsApiCall',
    awsRegion: trace.region,
    sourceIPAddress: trace.sourceAddress,
    userAgent: trace.userAgent,
    requestID: trace.requestId,
    ...(caller && { recipientAccountId: caller.account }),
    userIdentity: caller ? userIdentity(caller) : unknownIdentity(trace),
    ...(fault && { errorCode: fault.code, errorMessage: fault.message }),
    ...(model && input && model.input.members.length > 0 && { requestParameters: redacted(model.input, input) }),
    ...(answered && { responseElements: redacted(model.output!, trace.output) }),
    readOnly: !writes,
    chain: caller?.claims ? { ...sessionChain(caller.claims), ...trace.chain } : trace.chain,
  }
}

/** How the session came to be: the road that its credentials carry. */
function sessionChain({ federation, role, name }: SessionClaims): Chain {
  return {
    ...(federation && {
      connector: federation.connector,
      identity: { subject: federation.subject, username: federation.username },
      ...(federation.rule !== undefined && { rule: federation.rule }),
    }),
    ...(role && { role: role.name }),
    session: name,
  }
}

function unknownIdentity({ operation, accessKeyId, chain }: Trace): Readonly<Record<string, unknown>> {
  // `accessKeyId` is what the caller claimed: nobody has proved it.
  if (accessKeyId !== undefined) return { type: 'Unknown', accessKeyId }
  if (operation?.access !== 'unsigned') return { type: 'Unknown' }
  const { identity, connector } = chain
  // Without a subject, the name is what somebody wrote into a form.
  if (!identity?.subject) return { type: 'WebIdentityUser' }
  return { type: 'WebIdentityUser', principalId: `${connector}:${identity.subject}`, userName: identity.username, identityProvider: connector }
}

/** CloudTrail user guide, "CloudTrail userIdentity element". */
export function userIdentity(caller: Caller): Readonly<Record<string, unknown>> {
  const { principal, account, userId, claims } = caller
  const identity = {
    type: identityTypes[principal.kind] ?? 'Unknown',
    principalId: userId,
    arn: principal.arn,
    accountId: account,
    accessKeyId: caller.accessKeyId,
    ...(principal.kind === 'user' && { userName: principal.arn.slice(principal.arn.lastIndexOf('/') + 1) }),
  }
  if (!claims) return identity
  const issuer = claims.role ?? claims.user
  return {
    ...identity,
    sessionContext: {
      ...(issuer && claims.kind !== 'user-session' && {
        sessionIssuer: {
          type: claims.role ? 'Role' : 'IAMUser',
          principalId: issuer.id,
          arn: principal.roleArn ?? principal.userArn,
          accountId: claims.account,
          userName: issuer.name,
        },
      }),
      attributes: { creationDate: creationDate(claims.issuedAt), mfaAuthenticated: String(claims.mfaAt !== undefined) },
      ...(claims.sourceIdentity !== undefined && { sourceIdentity: claims.sourceIdentity }),
    },
  }
}

const identityTypes: Readonly<Partial<Record<Caller['principal']['kind'], string>>> = {
  root: 'Root',
  user: 'IAMUser',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
}
