/**
 * Codes that any operation may answer, besides those that its model declares, with the HTTP status
 * that AWS sends (IAM API reference, "Common Errors").
 */
const commonFaults = {
  AccessDenied: 403,
  DryRunOperation: 412,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  InvalidParameterCombination: 400,
  InvalidParameterValue: 400,
  MalformedQueryString: 400,
  MissingAction: 400,
  MissingAuthenticationToken: 403,
  MissingParameter: 400,
  RequestEntityTooLarge: 413,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  Throttling: 400,
  ValidationError: 400,
} as const

/**
 * Codes that operations declare ("Errors" of each operation in the IAM and STS API references). A
 * test compares the statuses with the service models.
 */
const declaredFaults = {
  AccountNotManagementOrDelegatedAdministratorException: 400,
  CallerIsNotManagementAccountException: 400,
  ConcurrentModification: 409,
  DeleteConflict: 409,
  DuplicateCertificate: 409,
  DuplicateSSHPublicKey: 400,
  EntityAlreadyExists: 409,
  EntityTemporarilyUnmodifiable: 409,
  ExpiredTokenException: 400,
  ExpiredTradeInTokenException: 400,
  FeatureDisabled: 404,
  FeatureEnabled: 409,
  IDPCommunicationError: 400,
  IDPRejectedClaim: 403,
  InvalidAuthenticationCode: 403,
  InvalidAuthorizationMessageException: 400,
  InvalidCertificate: 400,
  InvalidIdentityToken: 400,
  InvalidInput: 400,
  InvalidPublicKey: 400,
  InvalidUserType: 400,
  JWTPayloadSizeExceededException: 400,
  KeyPairMismatch: 400,
  LimitExceeded: 409,
  MalformedCertificate: 400,
  MalformedPolicyDocument: 400,
  NoSuchEntity: 404,
  NotSupportedService: 404,
  OpenIdIdpCommunicationError: 400,
  OrganizationNotFoundException: 400,
  OrganizationNotInAllFeaturesModeException: 400,
  OutboundWebIdentityFederationDisabledException: 403,
  PackedPolicyTooLarge: 400,
  PasswordPolicyViolation: 400,
  PolicyEvaluation: 500,
  PolicyNotAttachable: 400,
  RegionDisabledException: 403,
  ReportExpired: 410,
  ReportGenerationLimitExceeded: 409,
  ReportInProgress: 404,
  ReportNotPresent: 410,
  ServiceAccessNotEnabledException: 400,
  ServiceFailure: 500,
  SessionDurationEscalationException: 403,
  UnmodifiableEntity: 400,
  UnrecognizedPublicKeyEncoding: 400,
} as const

export type CommonFaultCode = keyof typeof commonFaults
export type AwsFaultCode = CommonFaultCode | keyof typeof declaredFaults

/** The HTTP status of every code, defined only here. */
export const faultStatuses: Readonly<Record<AwsFaultCode, number>> = {
  ...commonFaults,
  ...declaredFaults,
}

/** A refusal in AWS's terms. `message` keeps AWS's wording, because clients match on it. */
export class AwsFault extends Error {
  readonly code: AwsFaultCode
  readonly status: number
  /**
   * An encoded part that follows the message on the wire. It is kept out of logs and events,
   * because only some may decode it.
   */
  readonly sealed: string | undefined

  constructor(
    code: AwsFaultCode,
    message: string,
    { sealed, ...options }: ErrorOptions & { readonly sealed?: string | undefined } = {},
  ) {
    super(message, options)
    this.name = 'AwsFault'
    this.code = code
    this.status = faultStatuses[code]
    this.sealed = sealed
  }
}

/** A fault that any operation may answer, whatever its model declares. */
export function commonFault(
  code: CommonFaultCode,
  message: string,
  options?: ConstructorParameters<typeof AwsFault>[2],
): AwsFault {
  return new AwsFault(code, message, options)
}
