import { cloudTrailLine } from '../audit/cloudtrail.ts'
import type { AuditEvent, Chain, LeftEvent, Recordable } from '../audit/event.ts'
import { voucherChain } from '../audit/voucher-chain.ts'
import type { SessionClaims } from '../credentials/claims.ts'
import type { AwsFault } from '../kernel/aws-fault.ts'
import { type Clock, secondsWriter } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import { identityTypeOf } from '../kernel/protocol.ts'
import { UpstreamRefusal } from '../kernel/upstream-refusal.ts'
import type { Caller } from '../sessions/caller.ts'
import type { Writes } from '../store/store.ts'
import type { AnyOperation } from './operation.ts'
import { redacted } from './redact.ts'

const creationDate = secondsWriter()

/**
 * What is known of a call so far. Filled while the call is handled; the audit event is made from
 * it, however far the call came.
 */
export interface Trace {
  readonly requestId: string
  readonly now: Date
  readonly sourceAddress: string
  readonly secure: boolean
  readonly userAgent: string
  /** The region of the call's scope; for an unsigned call, the settings'. */
  region: string
  /** As the caller wrote it, shortened; the operation's name once it is known. */
  action: string
  operation: AnyOperation | undefined
  accessKeyId: string | undefined
  caller: Caller | undefined
  input: Readonly<Record<string, unknown>> | undefined
  output: unknown
  chain: Chain
  /** Only counted, unless the call fails. */
  leftOut?: boolean | undefined
  /** The event of a write, stored by its transaction. */
  left?: LeftEvent | undefined
  /** Events of the calls in a batch, stored by its transaction before its own. */
  leftBefore?: readonly LeftEvent[] | undefined
  /** Size of the request's body and query, which the event keeps in memory while it waits. */
  readonly requestBytes: number
}

/** What is known about the caller before anything is parsed. */
export interface CallMeta {
  readonly sourceAddress: string
  readonly userAgent: string
  readonly secure: boolean
  /** Size of body and query. */
  readonly requestBytes: number
  /** Generated when absent. */
  readonly requestId?: string | undefined
}

const mostUserAgentCharacters = 1024

/** A trace for a new call; `region` until it is scoped to another. */
export function beginTrace(
  { ids, clock, region }: TracePorts,
  { sourceAddress, userAgent, secure, requestBytes, requestId }: CallMeta,
  action: string,
): Trace {
  return {
    requestBytes,
    requestId: requestId ?? ids.uuid(),
    now: clock.now(),
    secure,
    userAgent: userAgent.slice(0, mostUserAgentCharacters),
    region,
    action,
    sourceAddress,
    operation: undefined,
    accessKeyId: undefined,
    caller: undefined,
    input: undefined,
    output: undefined,
    chain: {},
  }
}

interface TracePorts {
  readonly ids: Pick<Ids, 'uuid'>
  readonly clock: Clock
  readonly region: string
}

/** Of a trace without its input: claims, chain, ids. */
const traceBytes = 2048
/** A decoded text takes up to two bytes for one of the request, and its tree of parameters more. */
const memoryPerRequestByte = 4

/** The event of a call, allowed or denied. Nothing may be added to the trace afterwards. */
export function recordableCall(
  trace: Trace,
  fault: AwsFault | undefined,
  ids: Pick<Ids, 'uuid'>,
): Recordable {
  // Drop a response that the event does not include, so that it does not wait in memory.
  if (fault !== undefined || !tellsAnswer(trace)) trace.output = undefined
  const unproved = fault !== undefined && trace.caller === undefined
  return {
    eventSource: eventSource(trace),
    errorCode: fault?.code,
    unproved,
    bytes: traceBytes + trace.requestBytes * memoryPerRequestByte,
    event: () => callEvent(trace, fault, ids.uuid()),
  }
}

/**
 * Stores the event of a write in its transaction, so that every acknowledged write has its event.
 */
export async function leftEvent(
  trace: Trace,
  tx: Pick<Writes, 'leave'>,
  ids: Pick<Ids, 'uuid'>,
): Promise<LeftEvent> {
  const line = cloudTrailLine(callEvent(trace, undefined, ids.uuid()))
  return { eventSource: eventSource(trace), line, id: await tx.leave(line) }
}

/**
 * Whether the event includes the response: for writes, and for operations that issue credentials.
 */
function tellsAnswer({ operation }: Trace): boolean {
  const output = operation?.model.output
  if (!operation || !output) return false
  const writes = operation.access === 'signed' && operation.rules.writes === true
  return writes || output.byName.has('Credentials')
}

export function eventSource({ operation }: Trace): AuditEvent['eventSource'] {
  return `${operation?.model.service ?? 'sts'}.amazonaws.com`
}

function callEvent(trace: Trace, fault: AwsFault | undefined, eventID: string): AuditEvent {
  const { operation, caller, input } = trace
  const model = operation?.model
  const writes = operation?.access === 'signed' && operation.rules.writes === true
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
    ...(model &&
      input &&
      model.input.members.length > 0 && { requestParameters: redacted(model.input, input) }),
    ...(trace.output !== undefined && { responseElements: redacted(model!.output!, trace.output) }),
    readOnly: !writes,
    ...(fault && !caller && { unproved: true }),
    chain: {
      ...(caller?.claims && sessionChain(caller.claims)),
      ...trace.chain,
      ...(fault instanceof UpstreamRefusal && {
        reference: fault.reference,
        detail: fault.detail,
      }),
    },
  }
}

/** The chain by which the session was made, from its credentials. */
function sessionChain({ federation, role, name }: SessionClaims): Chain {
  return {
    ...(federation && {
      ...voucherChain(federation),
      identity: { subject: federation.subject, username: federation.username },
      rule: federation.rule,
    }),
    ...(role && { role: role.name }),
    session: name,
  }
}

function unknownIdentity({
  operation,
  accessKeyId,
  chain,
}: Trace): Readonly<Record<string, unknown>> {
  // `accessKeyId` is what the caller claimed; it is not verified.
  if (accessKeyId !== undefined) return { type: 'Unknown', accessKeyId }
  if (operation?.access !== 'unsigned') return { type: 'Unknown' }
  const type = identityTypeOf(operation.model.name) ?? 'Unknown'
  const { identity, connector, samlProvider } = chain
  // Without a subject, the name is unverified text from a form.
  if (!identity?.subject) return { type }
  return {
    type,
    principalId: `${samlProvider ?? connector}:${identity.subject}`,
    userName: identity.username,
    identityProvider: samlProvider ?? connector,
  }
}

/** CloudTrail user guide, "CloudTrail userIdentity element". */
export function userIdentity(caller: Caller): Readonly<Record<string, unknown>> {
  const { principal, account, userId, claims } = caller
  const identity = {
    type: identityTypes[principal.kind] ?? 'Unknown',
    principalId: userId,
    arn: principal.arn,
    accountId: account,
    // A service that did not sign has no key.
    accessKeyId: caller.accessKeyId || undefined,
    ...(principal.kind === 'user' && {
      userName: principal.arn.slice(principal.arn.lastIndexOf('/') + 1),
    }),
  }
  if (!claims) return identity
  const issuer = claims.role ?? claims.user
  return {
    ...identity,
    sessionContext: {
      ...(issuer &&
        claims.kind !== 'user-session' && {
          sessionIssuer: {
            type: claims.role ? 'Role' : 'IAMUser',
            principalId: issuer.id,
            arn: principal.roleArn ?? principal.userArn,
            accountId: claims.account,
            userName: issuer.name,
          },
        }),
      attributes: {
        creationDate: creationDate(claims.issuedAt),
        mfaAuthenticated: String(claims.mfaAt !== undefined),
      },
      sourceIdentity: claims.sourceIdentity,
    },
  }
}

const identityTypes: Readonly<Partial<Record<Caller['principal']['kind'], string>>> = {
  root: 'Root',
  user: 'IAMUser',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
}
