import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import { OutboundFault } from '../../outbound/outbound-fault.ts'
import { type OidcCheck, OidcFault, unreachable } from './oidc-fault.ts'

/** What an error answer of the authorization endpoint means (RFC 6749, 4.1.2.1; Core 3.1.2.6). */
const answers: Readonly<Record<string, OidcCheck>> = {
  access_denied: 'declined',
  consent_required: 'declined',
  login_required: 'interaction',
  interaction_required: 'interaction',
  account_selection_required: 'interaction',
  unmet_authentication_requirements: 'authentication-context',
  temporarily_unavailable: 'unreachable',
  server_error: 'unreachable',
}
/** What one of the token endpoint means (RFC 6749, section 5.2). */
const tokenAnswers: Readonly<Record<string, OidcCheck>> = {
  invalid_grant: 'code',
  invalid_client: 'client',
  unauthorized_client: 'client',
  // GitHub's own names (GitHub documentation, "Troubleshooting OAuth app access token request").
  bad_verification_code: 'code',
  bad_refresh_token: 'code',
  incorrect_client_credentials: 'client',
  redirect_uri_mismatch: 'client',
  unverified_user_email: 'declined',
  // Entra ID answers a refresh so where a policy wants the person to be there.
  interaction_required: 'interaction',
  login_required: 'interaction',
  consent_required: 'declined',
  access_denied: 'declined',
  temporarily_unavailable: 'unreachable',
}

/** The library's codes for what it checks. Others are `answer`. */
const checks: Readonly<Record<string, OidcCheck>> = {
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: 'expiry',
  OAUTH_KEY_SELECTION_FAILED: 'signing-key',
  // UserInfo about another subject.
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: 'subject',
  OAUTH_TIMEOUT: 'unreachable',
  OAUTH_ABORT: 'unreachable',
}
/** What the library compares. */
const claims: Readonly<Record<string, OidcCheck>> = {
  iss: 'issuer',
  aud: 'audience',
  azp: 'audience',
  nonce: 'nonce',
  auth_time: 'authenticated-at',
  exp: 'expiry',
}

/** Runs `work` of the library, and tells its errors as OidcFault, without what it was sent. */
export async function fromLibrary<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw faultOf(error)
  }
}

function faultOf(error: unknown): unknown {
  if (error instanceof OidcFault) return error
  if (error instanceof AuthorizationResponseError)
    return new OidcFault(
      Object.hasOwn(answers, error.error) ? answers[error.error]! : 'provider-error',
      'the provider answered with an error',
      { found: described(error) },
    )
  if (error instanceof ResponseBodyError)
    return new OidcFault(
      Object.hasOwn(tokenAnswers, error.error) ? tokenAnswers[error.error]! : 'provider-error',
      'the provider answered Gatehouse with an error',
      { found: `${error.status} ${described(error)}` },
    )
  if (error instanceof WWWAuthenticateChallengeError)
    return new OidcFault('client', 'the provider does not take what Gatehouse proves itself with', {
      found: String(error.status),
    })
  const within = causes(error)
  const known = within.find((one) => one instanceof OidcFault || one instanceof OutboundFault)
  if (known) return unreachable(known)
  if (!(error instanceof ClientError)) return error
  // The message of a SyntaxError quotes the answer, which may hold a token.
  const told = within.filter((one) => !(one instanceof SyntaxError)).at(-1) ?? error
  return new OidcFault(checkOf(error, within), told.message)
}

function described({
  error,
  error_description: description,
}: {
  readonly error: string
  readonly error_description?: string | undefined
}): string {
  return description === undefined ? error : `${error}: ${description}`
}

function checkOf({ code = '' }: ClientError, within: readonly Error[]): OidcCheck {
  if (Object.hasOwn(checks, code)) return checks[code]!
  for (const { cause } of within) {
    const { claim } = (cause ?? {}) as { readonly claim?: unknown }
    if (typeof claim === 'string') return Object.hasOwn(claims, claim) ? claims[claim]! : 'claim'
  }
  if (within.some(({ message }) => /signature/.test(message))) return 'signature'
  if (within.some(({ message }) => /"alg"|JWS alg|algorithm/.test(message))) return 'algorithm'
  return 'answer'
}

/** The errors from the outside in. */
function causes(error: unknown): readonly Error[] {
  const found: Error[] = []
  for (let one = error; one instanceof Error && found.length < 8; one = one.cause) found.push(one)
  return found
}
