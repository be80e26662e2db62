import type { Audit, AuditEvent, Chain } from '../audit/event.ts'
import { voucherChain } from '../audit/voucher-chain.ts'
import type { SessionClaims } from '../credentials/claims.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Ids } from '../kernel/ids.ts'
import { type AssumeWithProof, type Protocol, protocols } from '../kernel/protocol.ts'
import type { Grant } from '../mapping/grant.ts'
import type { RequestOrigin } from '../sessions/request-facts.ts'
import { sessionArn } from './session-arn.ts'
import { signInId } from './touches.ts'

/** Where a request came from, for audit, limits and trust policies. */
export interface Origin extends RequestOrigin {
  readonly requestId: string
}

export interface SignInEvent {
  readonly name:
    | 'SignIn'
    | 'SignOut'
    | 'SignInDisputed'
    | 'SignInRecheck'
    | AssumeWithProof
    | 'GetSigninToken'
    | 'ConsoleLogin'
    | 'ConsoleLogout'
    | 'CheckMfa'
    | 'EndSession'
    | 'AddSecurityKey'
    | 'RemoveSecurityKey'
    | 'CheckPassword'
    | 'AppSignIn'
    | 'AppToken'
    | 'AppSignOut'
    | 'AppRegistration'
    | 'AppRemoval'
    | 'GateSignIn'
  readonly origin: Origin
  readonly chain: Chain
  readonly claims?: SessionClaims | undefined
  readonly identity?: Identity | undefined
  /** Protocol of the connector that was tried, if nobody was authenticated. */
  readonly protocol?: Protocol | undefined
  /** Who signs in with a password of an account, as far as that is known. */
  readonly user?: EventUser | undefined
  /** What CloudTrail has beside the answer, such as `MFAUsed`. */
  readonly additional?: AuditEvent['additional']
  /** Absent when it was allowed. */
  readonly error?: { readonly code: string; readonly message: string } | undefined
  readonly request?: unknown | undefined
}

/** A user of an account, or its root. */
export interface EventUser {
  /** Absent: the account that was named is not there. */
  readonly account?: string | undefined
  /** As whom, where nobody is known yet; absent: a user. */
  readonly asked?: 'Root' | undefined
  /** Absent: there is no such user in the account, and the name may be a password. */
  readonly known?:
    | { readonly type: 'IAMUser'; readonly name: string; readonly id: string; readonly arn: string }
    | { readonly type: 'Root'; readonly arn: string }
    | undefined
  /** Whether the password was right. */
  readonly proved?: true | undefined
}

export interface EventPorts {
  readonly audit: Pick<Audit, 'record' | 'durable' | 'refuses'>
  readonly clock: Clock
  readonly ids: Ids
}

/** Estimated bytes of an event without the outcomes of rules. */
const eventBytes = 4 * 1024
/** Estimated bytes of one outcome: names of rule and reason, at most two bytes a character. */
const outcomeBytes = 1024

/**
 * Writes one event for a sign-in or a console session, in the format of CloudTrail's console
 * sign-in events.
 */
export function recordSignIn({ audit, clock, ids }: EventPorts, event: SignInEvent): void {
  const { origin, claims, error } = event
  const record: AuditEvent = {
    eventID: ids.uuid(),
    eventTime: clock.now(),
    eventSource: event.name.startsWith('AssumeRoleWith')
      ? 'sts.amazonaws.com'
      : 'signin.amazonaws.com',
    eventName: event.name,
    eventType: event.name.startsWith('AssumeRoleWith') ? 'AwsApiCall' : 'AwsConsoleSignIn',
    awsRegion: 'us-east-1',
    sourceIPAddress: origin.sourceAddress,
    userAgent: origin.userAgent,
    requestID: origin.requestId,
    recipientAccountId: claims?.account ?? event.user?.account,
    userIdentity: userIdentity(event),
    ...(error && { errorCode: error.code, errorMessage: error.message }),
    requestParameters: event.request ?? null,
    responseElements: { [event.name]: error ? 'Failure' : 'Success' },
    additional: event.additional,
    readOnly: false,
    chain: event.chain,
    ...(error && !event.identity && !claims && !event.user?.proved && { unproved: true }),
  }
  audit.record({
    eventSource: record.eventSource,
    errorCode: error?.code,
    unproved: record.unproved,
    bytes: eventBytes + (event.chain.outcomes?.length ?? 0) * outcomeBytes,
    event: () => record,
  })
}

function userIdentity({
  claims,
  identity,
  protocol,
  user,
}: SignInEvent): Readonly<Record<string, unknown>> {
  if (claims) {
    return {
      type: typeOfSession(claims),
      ...(claims.kind === 'user-session' &&
        claims.user && { principalId: claims.user.id, userName: claims.user.name }),
      ...(claims.kind === 'user-session' && !claims.user && { principalId: claims.account }),
      arn: sessionArn(claims),
      accountId: claims.account,
      accessKeyId: claims.accessKeyId,
    }
  }
  if (user) return eventUser(user)
  if (identity)
    return {
      type: protocols[identity.protocol].identityType,
      identityProvider: voucher(identity),
      userName: identity.username,
      principalId: identity.subject,
    }
  return {
    type: protocol ? protocols[protocol].identityType : 'Unknown',
    userName: hiddenName,
  }
}

/** As AWS writes them (CloudTrail user guide, "userIdentity element"). */
const identityTypes: Readonly<Record<SessionClaims['kind'], string>> = {
  role: 'AssumedRole',
  'federated-user': 'FederatedUser',
  'user-session': 'IAMUser',
  'root-session': 'Root',
}

function typeOfSession({ kind, user }: SessionClaims): string {
  return kind === 'user-session' && !user ? 'Root' : identityTypes[kind]
}

function eventUser({ account, known, asked }: EventUser): Readonly<Record<string, unknown>> {
  if (!known) return { type: asked ?? 'IAMUser', accountId: account, userName: hiddenName }
  const { type, arn } = known
  return known.type === 'Root'
    ? { type, principalId: account, arn, accountId: account }
    : { type, principalId: known.id, arn, accountId: account, userName: known.name }
}

/** CloudTrail's word for a name that was typed and belongs to nobody: it may be a password. */
const hiddenName = 'HIDDEN_DUE_TO_SECURITY_REASONS'

function voucher(identity: Identity): string {
  const { connector, samlProvider } = voucherChain(identity)
  return samlProvider ?? connector ?? ''
}

/** The identity's part of the chain. */
export function identityChain(
  identity: Identity,
): Pick<Chain, 'connector' | 'samlProvider' | 'identity' | 'signIn'> {
  const { subject, username, strength, passwordEnd } = identity
  return {
    ...voucherChain(identity),
    identity: { subject, username, strength, ...(passwordEnd && { passwordEnd }) },
    signIn: signInId(identity),
  }
}

/** The grant's part of the chain. */
export function grantChain(grant: Grant): Pick<Chain, 'rule' | 'role' | 'session'> {
  return { rule: grant.rule, role: grant.roleArn, session: grant.sessionName }
}
