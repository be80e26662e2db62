import { stsService } from '../../reference/aws/sts.gen.ts'
import type { AssumedRoleUser, Credentials, PolicyDescriptorType } from '../../reference/aws/sts-shapes.gen.ts'
import { linkModel, type Model, type ServiceData } from '../model.ts'

/**
 * AssumeRoleWithLDAPIdentity is not AWS's: its parameters are those that MinIO's clients send, its answer has the form of
 * AssumeRoleWithSAML's. The shapes that STS has are STS's own.
 */
const ldapService: ServiceData = {
  ...stsService,
  shapes: {
    ...stsService.shapes,
    // People type passwords into the name field: until somebody is proved, a name is in no event.
    ldapUsernameType: { type: 'string', min: 1, max: 1024, sensitive: true },
    // No least length: an empty password is the connector's to refuse, in the same time as a wrong one.
    ldapPasswordType: { type: 'string', max: 4096, sensitive: true },
    ldapProviderNameType: { type: 'string', min: 1, max: 128, pattern: '[\\w._-]+' },
    AssumeRoleWithLDAPIdentityRequest: {
      type: 'structure',
      required: ['LDAPUsername', 'LDAPPassword'],
      members: {
        LDAPUsername: 'ldapUsernameType',
        LDAPPassword: 'ldapPasswordType',
        RoleArn: 'arnType',
        ProviderName: 'ldapProviderNameType',
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
  readonly RoleArn?: string
  readonly ProviderName?: string
  readonly PolicyArns?: readonly PolicyDescriptorType[]
  readonly Policy?: string
  readonly DurationSeconds?: number
}
export interface LdapIdentityResponse {
  readonly Credentials: Credentials
  readonly AssumedRoleUser: AssumedRoleUser
  readonly PackedPolicySize?: number | undefined
  readonly Provider: string
  readonly SourceIdentity?: string | undefined
}
export type LdapIdentityCode =
  | 'MalformedPolicyDocument' | 'PackedPolicyTooLarge' | 'IDPRejectedClaim' | 'IDPCommunicationError'
  | 'ExpiredTokenException' | 'RegionDisabledException'

export const AssumeRoleWithLDAPIdentity: Model<LdapIdentityRequest, LdapIdentityResponse, LdapIdentityCode>
  = linkModel(ldapService, 'AssumeRoleWithLDAPIdentity')
