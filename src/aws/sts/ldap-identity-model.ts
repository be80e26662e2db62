import type { ServiceData } from '../../reference/aws/service-data.ts'
import { stsService } from '../../reference/aws/sts.gen.ts'
import type {
  AssumedRoleUser,
  Credentials,
  PolicyDescriptorType,
} from '../../reference/aws/sts-shapes.gen.ts'
import { linkModel, type Model } from '../model.ts'

/**
 * AWS has no AssumeRoleWithLDAPIdentity: its parameters are those that MinIO's clients send, its
 * response has the form of AssumeRoleWithSAML's. Shapes that STS defines are reused.
 */
const ldapService: ServiceData = {
  ...stsService,
  shapes: {
    ...stsService.shapes,
    // Users sometimes type a password into the name field: until authentication succeeds, no event
    // holds the name.
    ldapUsernameType: { type: 'string', min: 1, max: 1024, sensitive: true },
    // No minimum length: the connector refuses an empty password, in the same time as a wrong one.
    ldapPasswordType: { type: 'string', max: 4096, sensitive: true },
    upstreamAddressType: { type: 'string', max: 2048 },
    ldapProviderNameType: { type: 'string', min: 1, max: 128, pattern: '[\\w._-]+' },
    AssumeRoleWithLDAPIdentityRequest: {
      type: 'structure',
      required: ['LDAPUsername', 'LDAPPassword'],
      members: {
        LDAPUsername: 'ldapUsernameType',
        LDAPPassword: 'ldapPasswordType',
        RoleArn: 'arnType',
        ProviderName: 'ldapProviderNameType',
        // The names that MinIO's clients use.
        LDAPConfigName: 'ldapProviderNameType',
        ConfigName: 'ldapProviderNameType',
        PolicyArns: 'policyDescriptorListType',
        Policy: 'sessionPolicyDocumentType',
        DurationSeconds: 'roleDurationSecondsType',
      },
    },
    AssumeRoleWithLDAPIdentityResponse: {
      type: 'structure',
      members: {
        Credentials: 'Credentials',
        AssumedRoleUser: 'AssumedRoleUser',
        PackedPolicySize: 'nonNegativeIntegerType',
        Provider: 'Issuer',
        SourceIdentity: 'sourceIdentityType',
        // Ours: what the directory said about the end of the password.
        PasswordExpiration: 'dateType',
        PasswordSignInsLeft: 'nonNegativeIntegerType',
        // Ours: whose credentials they are, for a role of an account with an upstream.
        UpstreamRegion: 'upstreamAddressType',
        UpstreamEndpoint: 'upstreamAddressType',
        UpstreamFederationEndpoint: 'upstreamAddressType',
      },
    },
  },
  operations: {
    AssumeRoleWithLDAPIdentity: {
      input: 'AssumeRoleWithLDAPIdentityRequest',
      output: 'AssumeRoleWithLDAPIdentityResponse',
      errors: {
        MalformedPolicyDocument: 400,
        PackedPolicyTooLarge: 400,
        IDPRejectedClaim: 403,
        IDPCommunicationError: 400,
        ExpiredTokenException: 400,
        RegionDisabledException: 403,
      },
      unsigned: true,
    },
  },
}

export interface LdapIdentityRequest {
  readonly LDAPUsername: string
  readonly LDAPPassword: string
  readonly RoleArn?: string | undefined
  readonly ProviderName?: string | undefined
  readonly LDAPConfigName?: string | undefined
  readonly ConfigName?: string | undefined
  readonly PolicyArns?: readonly PolicyDescriptorType[] | undefined
  readonly Policy?: string | undefined
  readonly DurationSeconds?: number | undefined
}
export interface LdapIdentityResponse {
  readonly Credentials: Credentials
  readonly AssumedRoleUser: AssumedRoleUser
  readonly PackedPolicySize?: number | undefined
  readonly Provider: string
  readonly SourceIdentity?: string | undefined
  /** The password has not expired yet. */
  readonly PasswordExpiration?: Date | undefined
  /** The password has expired, and lets the person in so many more times. */
  readonly PasswordSignInsLeft?: number | undefined
  /** The credentials are of the STS behind the role's account, in this region. */
  readonly UpstreamRegion?: string | undefined
  /** Its address, where it is not AWS's. */
  readonly UpstreamEndpoint?: string | undefined
  /** Where its console is signed in to, if it has one. */
  readonly UpstreamFederationEndpoint?: string | undefined
}
export type LdapIdentityCode =
  | 'MalformedPolicyDocument'
  | 'PackedPolicyTooLarge'
  | 'IDPRejectedClaim'
  | 'IDPCommunicationError'
  | 'ExpiredTokenException'
  | 'RegionDisabledException'

export const AssumeRoleWithLDAPIdentity: Model<
  LdapIdentityRequest,
  LdapIdentityResponse,
  LdapIdentityCode
> = linkModel(ldapService, 'AssumeRoleWithLDAPIdentity')
