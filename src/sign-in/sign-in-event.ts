import type { Audit, AuditEvent, Chain } from '../audit/event.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Ids } from '../kernel/ids.ts'
import type { SessionClaims } from '../credentials/claims.ts'
import type { RequestOrigin } from '../sessions/request-facts.ts'
import { sessionArn } from './session-arn.ts'

/** Where a request came from: for audit, for limits, and for trust policies that ask. */
export interface Origin extends RequestOrigin {
  readonly requestId: string
}

export interface SignInEvent {
  readonly name: 'SignIn' | 'SignOut' | 'AssumeRoleWithLDAPIdentity' | 'AssumeRoleWithSAML' | 'GetSigninToken' | 'ConsoleLogin' | 'ConsoleLogout'
  readonly origin: Origin
  readonly chain: Chain
  readonly claims?: SessionClaims
  readonly identity?: Identity
  /** Absent: allowed. */
  readonly error?: { readonly code: string; readonly message: string }
  readonly request?: unknown
}

export interface EventPorts {
  readonly audit: Pick<Audit, 'record'>
  readonly clock: Clock
  readonly ids: Ids
}

/** Writes one event for a sign-in or a console session, in the form of CloudTrail's console sign-in events. */
export function recordSignIn({ audit, clock, ids }: EventPorts, event: SignInEvent): void {
  const { origin, claims, error } = event
  const record: AuditEvent = {
    eventID: ids.uuid(),
    eventTime: clock.now(),
    eventSource: event.name.startsWith('AssumeRoleWith') ? 'sts.amazonaws.com' : 'signin.amazonaws.com',
    eventName: event.name,
    eventType: event.name.startsWith('AssumeRoleWith') ? 'AwsApiCall' : 'AwsConsoleSignIn',
    awsRegion: 'us-east-1',
    sourceIPAddress: origin.sourceAddress,
    userAgent: origin.userAgent,
    requestID: origin.requestId,
    ...(claims && { recipientAccountId: claims.account }),
    userIdentity: userIdentity(event),
    ...(error && { errorCode: error.code, errorMessage: error.message }),
    requestParameters: event.request ?? null,
    responseElements: { [event.name]: error ? 'Failure' : 'Success' },
    readOnly: false,
    chain: event.chain,
  }
  audit.record({ eventSource: record.eventSource, ...(error && { errorCode: error.code }), event: () => record })
}

function userIdentity({ claims, identity, chain }: SignInEvent): Readonly<Record<string, unknown>> {
  if (claims) {
    const type = claims.kind === 'federated-user' ? 'FederatedUser' : 'AssumedRole'
    return { type, arn: sessionArn(claims), accountId: claims.account, accessKeyId: claims.accessKeyId }
  }
  if (identity) return { type: identity.protocol === 'saml' ? 'SAMLUser' : 'LDAPUser', identityProvider: identity.connector, userName: identity.username, principalId: identity.subject }
  // A name that nobody proved may be a password in the wrong field.
  return { type: chain.evidence ? 'SAMLUser' : 'LDAPUser', userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' }
}

/** The part of the chain that an identity gives. */
export function identityChain(identity: Identity): Pick<Chain, 'connector' | 'identity'> {
  const { connector, subject, username, strength } = identity
  return { connector, identity: { subject, username, strength } }
}
