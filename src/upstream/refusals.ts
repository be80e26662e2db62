import { visibleText } from '../kernel/visible-text.ts'
import { OutboundFault } from '../outbound/outbound-fault.ts'
import { UpstreamFault, type UpstreamFaultCode } from './upstream-fault.ts'

const mostCharacters = 500
/**
 * A token, where the other side repeats what it was sent. No name of AWS is so long without a
 * separator.
 */
const longRun = /[A-Za-z0-9+/=_.-]{65,}/g

/** By the code on the wire, without `Exception` at its end. */
const codes: Readonly<Record<string, UpstreamFaultCode>> = {
  AccessDenied: 'refused',
  ExpiredToken: 'not-known',
  IDPCommunicationError: 'not-known',
  IDPRejectedClaim: 'not-known',
  InvalidAccessKeyId: 'not-known',
  InvalidClientTokenId: 'not-known',
  InvalidIdentityToken: 'not-known',
  LimitExceeded: 'too-large',
  MalformedPolicyDocument: 'malformed-policy',
  MissingAuthenticationToken: 'not-known',
  OptInRequired: 'not-known',
  PackedPolicyTooLarge: 'too-large',
  RegionDisabled: 'region-disabled',
  RequestLimitExceeded: 'throttled',
  SignatureDoesNotMatch: 'not-known',
  Throttling: 'throttled',
  TooManyRequests: 'throttled',
  UnrecognizedClient: 'not-known',
}

/** Errors of the AWS SDK (its `ServiceException`). */
interface SdkError extends Error {
  readonly $metadata?: {
    readonly httpStatusCode?: number | undefined
    readonly requestId?: string | undefined
  }
}

/** Turns what the SDK, the door or our own credentials failed with into a fault of ours. */
export function upstreamFault(error: unknown): UpstreamFault {
  if (error instanceof UpstreamFault) return error
  const { name, message, $metadata = {} } = error as SdkError
  const { httpStatusCode: status, requestId } = $metadata
  const said = shown(`${name}: ${message}`)
  const options = {
    cause: error,
    requestId: requestId === undefined ? undefined : shown(requestId),
  }
  const code = codes[name.replace(/Exception$/, '')]
  if (code) return new UpstreamFault(code, said, options)
  if (error instanceof OutboundFault)
    return new UpstreamFault(ofDoor(error), shown(message), options)
  if (name === 'ValidationError' && /DurationSeconds/.test(message))
    return new UpstreamFault('too-long', said, options)
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError')
    return new UpstreamFault('not-known', said, options)
  return new UpstreamFault(byStatus(status), said, options)
}

function ofDoor({ code }: OutboundFault): UpstreamFaultCode {
  return ['too-large', 'encoded', 'redirect'].includes(code) ? 'unfit-answer' : 'unavailable'
}

function byStatus(status: number | undefined): UpstreamFaultCode {
  if (status === undefined) return 'not-known'
  if (status === 429) return 'throttled'
  if (status >= 500) return 'unavailable'
  if (status === 401 || status === 403) return 'refused'
  return status >= 400 ? 'unsupported' : 'unfit-answer'
}

/** The other side's text for a log: cut, and without what a terminal would obey. */
function shown(text: string): string {
  // Only an administrator there can decode that part, and CloudTrail tells them as much.
  const [told = ''] = text.split(' Encoded authorization failure message:')
  const withoutSecrets = told.slice(0, mostCharacters).replace(longRun, '…')
  return visibleText(withoutSecrets.replace(/\s+/g, ' '))
}
