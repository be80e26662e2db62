import type { TokenEndpointGrantContext } from 'oidc-provider'

export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'

export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
/** Ours: temporary credentials of a role. */
export const credentialsType = 'urn:gatehouse:token-type:aws-credentials'
/** Ours: the address of a call that a session signed (`SessionProofs`). */
export const signedCallType = 'urn:gatehouse:token-type:aws-signed-call'

/** RFC 8693, section 2.1, and what AssumeRole takes for the session. */
export const exchangeParameters = [
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'resource',
  'audience',
  'scope',
  'actor_token',
  'actor_token_type',
  'duration_seconds',
  'policy',
  'policy_arns',
] as const

export type ExchangeContext = TokenEndpointGrantContext<
  Readonly<Partial<Record<(typeof exchangeParameters)[number], string>>>
>
