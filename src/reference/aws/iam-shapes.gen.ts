// Made by scripts/generate-aws-models.ts from scripts/aws-models/iam.json. Do not edit.
export interface AcceptDelegationRequestRequest {
  readonly DelegationRequestId: string
}
export interface AccessDetail {
  readonly ServiceName: string
  readonly ServiceNamespace: string
  readonly Region?: string | undefined
  readonly EntityPath?: string | undefined
  readonly LastAuthenticatedTime?: Date | undefined
  readonly TotalAuthenticatedEntities?: number | undefined
}
export interface AccessKey {
  readonly UserName: string
  readonly AccessKeyId: string
  readonly Status: 'Active' | 'Inactive' | 'Expired'
  readonly SecretAccessKey: string
  readonly CreateDate?: Date | undefined
}
export interface AccessKeyLastUsed {
  readonly LastUsedDate?: Date | undefined
  readonly ServiceName: string
  readonly Region: string
}
export interface AccessKeyMetadata {
  readonly UserName?: string | undefined
  readonly AccessKeyId?: string | undefined
  readonly Status?: 'Active' | 'Inactive' | 'Expired' | undefined
  readonly CreateDate?: Date | undefined
}
export interface AddClientIDToOpenIDConnectProviderRequest {
  readonly OpenIDConnectProviderArn: string
  readonly ClientID: string
}
export interface AddRoleToInstanceProfileRequest {
  readonly InstanceProfileName: string
  readonly RoleName: string
}
export interface AddUserToGroupRequest {
  readonly GroupName: string
  readonly UserName: string
}
export interface AssociateDelegationRequestRequest {
  readonly DelegationRequestId: string
}
export interface AttachGroupPolicyRequest {
  readonly GroupName: string
  readonly PolicyArn: string
}
export interface AttachRolePolicyRequest {
  readonly RoleName: string
  readonly PolicyArn: string
}
export interface AttachUserPolicyRequest {
  readonly UserName: string
  readonly PolicyArn: string
}
export interface AttachedPermissionsBoundary {
  readonly PermissionsBoundaryType?: 'PermissionsBoundaryPolicy' | undefined
  readonly PermissionsBoundaryArn?: string | undefined
}
export interface AttachedPolicy {
  readonly PolicyName?: string | undefined
  readonly PolicyArn?: string | undefined
}
export interface ChangePasswordRequest {
  readonly OldPassword: string
  readonly NewPassword: string
}
export interface ContextEntry {
  readonly ContextKeyName?: string | undefined
  readonly ContextKeyValues?: readonly string[] | undefined
  readonly ContextKeyType?: 'string' | 'stringList' | 'numeric' | 'numericList' | 'boolean' | 'booleanList' | 'ip' | 'ipList' | 'binary' | 'binaryList' | 'date' | 'dateList' | undefined
}
export interface CreateAccessKeyRequest {
  readonly UserName?: string | undefined
}
export interface CreateAccessKeyResponse {
  readonly AccessKey: AccessKey
}
export interface CreateAccountAliasRequest {
  readonly AccountAlias: string
}
export interface CreateDelegationRequestRequest {
  readonly OwnerAccountId?: string | undefined
  readonly Description: string
  readonly Permissions: DelegationPermission
  readonly RequestMessage?: string | undefined
  readonly RequestorWorkflowId: string
  readonly RedirectUrl?: string | undefined
  readonly NotificationChannel: string
  readonly SessionDuration: number
  readonly OnlySendByOwner?: boolean | undefined
}
export interface CreateDelegationRequestResponse {
  readonly ConsoleDeepLink?: string | undefined
  readonly DelegationRequestId?: string | undefined
}
export interface CreateGroupRequest {
  readonly Path?: string | undefined
  readonly GroupName: string
}
export interface CreateGroupResponse {
  readonly Group: Group
}
export interface CreateInstanceProfileRequest {
  readonly InstanceProfileName: string
  readonly Path?: string | undefined
  readonly Tags?: readonly Tag[] | undefined
}
export interface CreateInstanceProfileResponse {
  readonly InstanceProfile: InstanceProfile
}
export interface CreateLoginProfileRequest {
  readonly UserName?: string | undefined
  readonly Password?: string | undefined
  readonly PasswordResetRequired?: boolean | undefined
}
export interface CreateLoginProfileResponse {
  readonly LoginProfile: LoginProfile
}
export interface CreateOpenIDConnectProviderRequest {
  readonly Url: string
  readonly ClientIDList?: readonly string[] | undefined
  readonly ThumbprintList?: readonly string[] | undefined
  readonly Tags?: readonly Tag[] | undefined
}
export interface CreateOpenIDConnectProviderResponse {
  readonly OpenIDConnectProviderArn?: string | undefined
  readonly Tags?: readonly Tag[] | undefined
}
export interface CreatePolicyRequest {
  readonly PolicyName: string
  readonly Path?: string | undefined
  readonly PolicyDocument: string
  readonly Description?: string | undefined
  readonly Tags?: readonly Tag[] | undefined
}
export interface CreatePolicyResponse {
  readonly Policy?: Policy | undefined
}
export interface CreatePolicyVersionRequest {
  readonly PolicyArn: string
  readonly PolicyDocument: string
  readonly SetAsDefault?: boolean | undefined
}
export interface CreatePolicyVersionResponse {
  readonly PolicyVersion?: PolicyVersion | undefined
}
export interface CreateRoleRequest {
  readonly Path?: string | undefined
  readonly RoleName: string
  readonly AssumeRolePolicyDocument: string
  readonly Description?: string | undefined
  readonly MaxSessionDuration?: number | undefined
  readonly PermissionsBoundary?: string | undefined
  readonly Tags?: readonly Tag[] | undefined
}
export interface CreateRoleResponse {
  readonly Role: Role
}
export interface CreateSAMLProviderRequest {
  readonly SAMLMetadataDocument: string
  readonly Name: string
  readonly Tags?: readonly Tag[] | undefined
  readonly AssertionEncryptionMode?: 'Required' | 'Allowed' | undefined
  readonly AddPrivateKey?: string | undefined
}
export interface CreateSAMLProviderResponse {
  readonly SAMLProviderArn?: string | undefined
  readonly Tags?: readonly Tag[] | undefined
}
export interface CreateServiceLinkedRoleRequest {
  readonly AWSServiceName: string
  readonly Description?: string | undefined
  readonly CustomSuffix?: string | undefined
}
export interface CreateServiceLinkedRoleResponse {
  readonly Role?: Role | undefined
}
export interface CreateServiceSpecificCredentialRequest {
  readonly UserName: string
  readonly ServiceName: string
  readonly CredentialAgeDays?: number | undefined
}
export interface CreateServiceSpecificCredentialResponse {
  readonly ServiceSpecificCredential?: ServiceSpecificCredential | undefined
}
export interface CreateUserRequest {
  readonly Path?: string | undefined
  readonly UserName: string
  readonly PermissionsBoundary?: string | undefined
  readonly Tags?: readonly Tag[] | undefined
}
export interface CreateUserResponse {
  readonly User?: User | undefined
}
export interface CreateVirtualMFADeviceRequest {
  readonly Path?: string | undefined
  readonly VirtualMFADeviceName: string
  readonly Tags?: readonly Tag[] | undefined
}
export interface CreateVirtualMFADeviceResponse {
  readonly VirtualMFADevice: VirtualMFADevice
}
export interface DeactivateMFADeviceRequest {
  readonly UserName?: string | undefined
  readonly SerialNumber: string
}
export interface DelegationPermission {
  readonly PolicyTemplateArn?: string | undefined
  readonly Parameters?: readonly PolicyParameter[] | undefined
}
export interface DelegationRequest {
  readonly DelegationRequestId?: string | undefined
  readonly OwnerAccountId?: string | undefined
  readonly Description?: string | undefined
  readonly RequestMessage?: string | undefined
  readonly Permissions?: DelegationPermission | undefined
  readonly PermissionPolicy?: string | undefined
  readonly RolePermissionRestrictionArns?: readonly string[] | undefined
  readonly OwnerId?: string | undefined
  readonly ApproverId?: string | undefined
  readonly State?: 'UNASSIGNED' | 'ASSIGNED' | 'PENDING_APPROVAL' | 'FINALIZED' | 'ACCEPTED' | 'REJECTED' | 'EXPIRED' | undefined
  readonly ExpirationTime?: Date | undefined
  readonly RequestorId?: string | undefined
  readonly RequestorName?: string | undefined
  readonly CreateDate?: Date | undefined
  readonly SessionDuration?: number | undefined
  readonly RedirectUrl?: string | undefined
  readonly Notes?: string | undefined
  readonly RejectionReason?: string | undefined
  readonly OnlySendByOwner?: boolean | undefined
  readonly UpdatedTime?: Date | undefined
}
export interface DeleteAccessKeyRequest {
  readonly UserName?: string | undefined
  readonly AccessKeyId: string
}
export interface DeleteAccountAliasRequest {
  readonly AccountAlias: string
}
export interface DeleteGroupPolicyRequest {
  readonly GroupName: string
  readonly PolicyName: string
}
export interface DeleteGroupRequest {
  readonly GroupName: string
}
export interface DeleteInstanceProfileRequest {
  readonly InstanceProfileName: string
}
export interface DeleteLoginProfileRequest {
  readonly UserName?: string | undefined
}
export interface DeleteOpenIDConnectProviderRequest {
  readonly OpenIDConnectProviderArn: string
}
export interface DeletePolicyRequest {
  readonly PolicyArn: string
}
export interface DeletePolicyVersionRequest {
  readonly PolicyArn: string
  readonly VersionId: string
}
export interface DeleteRolePermissionsBoundaryRequest {
  readonly RoleName: string
}
export interface DeleteRolePolicyRequest {
  readonly RoleName: string
  readonly PolicyName: string
}
export interface DeleteRoleRequest {
  readonly RoleName: string
}
export interface DeleteSAMLProviderRequest {
  readonly SAMLProviderArn: string
}
export interface DeleteSSHPublicKeyRequest {
  readonly UserName: string
  readonly SSHPublicKeyId: string
}
export interface DeleteServerCertificateRequest {
  readonly ServerCertificateName: string
}
export interface DeleteServiceLinkedRoleRequest {
  readonly RoleName: string
}
export interface DeleteServiceLinkedRoleResponse {
  readonly DeletionTaskId: string
}
export interface DeleteServiceSpecificCredentialRequest {
  readonly UserName?: string | undefined
  readonly ServiceSpecificCredentialId: string
}
export interface DeleteSigningCertificateRequest {
  readonly UserName?: string | undefined
  readonly CertificateId: string
}
export interface DeleteUserPermissionsBoundaryRequest {
  readonly UserName: string
}
export interface DeleteUserPolicyRequest {
  readonly UserName: string
  readonly PolicyName: string
}
export interface DeleteUserRequest {
  readonly UserName: string
}
export interface DeleteVirtualMFADeviceRequest {
  readonly SerialNumber: string
}
export interface DeletionTaskFailureReasonType {
  readonly Reason?: string | undefined
  readonly RoleUsageList?: readonly RoleUsageType[] | undefined
}
export interface DetachGroupPolicyRequest {
  readonly GroupName: string
  readonly PolicyArn: string
}
export interface DetachRolePolicyRequest {
  readonly RoleName: string
  readonly PolicyArn: string
}
export interface DetachUserPolicyRequest {
  readonly UserName: string
  readonly PolicyArn: string
}
export type DisableOrganizationsRootCredentialsManagementRequest = Readonly<Record<string, never>>
export interface DisableOrganizationsRootCredentialsManagementResponse {
  readonly OrganizationId?: string | undefined
  readonly EnabledFeatures?: readonly ('RootCredentialsManagement' | 'RootSessions')[] | undefined
}
export type DisableOrganizationsRootSessionsRequest = Readonly<Record<string, never>>
export interface DisableOrganizationsRootSessionsResponse {
  readonly OrganizationId?: string | undefined
  readonly EnabledFeatures?: readonly ('RootCredentialsManagement' | 'RootSessions')[] | undefined
}
export interface EnableMFADeviceRequest {
  readonly UserName: string
  readonly SerialNumber: string
  readonly AuthenticationCode1: string
  readonly AuthenticationCode2: string
}
export type EnableOrganizationsRootCredentialsManagementRequest = Readonly<Record<string, never>>
export interface EnableOrganizationsRootCredentialsManagementResponse {
  readonly OrganizationId?: string | undefined
  readonly EnabledFeatures?: readonly ('RootCredentialsManagement' | 'RootSessions')[] | undefined
}
export type EnableOrganizationsRootSessionsRequest = Readonly<Record<string, never>>
export interface EnableOrganizationsRootSessionsResponse {
  readonly OrganizationId?: string | undefined
  readonly EnabledFeatures?: readonly ('RootCredentialsManagement' | 'RootSessions')[] | undefined
}
export interface EnableOutboundWebIdentityFederationResponse {
  readonly IssuerIdentifier?: string | undefined
}
export interface EntityDetails {
  readonly EntityInfo: EntityInfo
  readonly LastAuthenticated?: Date | undefined
}
export interface EntityInfo {
  readonly Arn: string
  readonly Name: string
  readonly Type: 'USER' | 'ROLE' | 'GROUP'
  readonly Id: string
  readonly Path?: string | undefined
}
export interface ErrorDetails {
  readonly Message: string
  readonly Code: string
}
export interface EvaluationResult {
  readonly EvalActionName: string
  readonly EvalResourceName?: string | undefined
  readonly EvalDecision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  readonly MatchedStatements?: readonly Statement[] | undefined
  readonly MissingContextValues?: readonly string[] | undefined
  readonly OrganizationsDecisionDetail?: OrganizationsDecisionDetail | undefined
  readonly PermissionsBoundaryDecisionDetail?: PermissionsBoundaryDecisionDetail | undefined
  readonly EvalDecisionDetails?: Readonly<Record<string, 'allowed' | 'explicitDeny' | 'implicitDeny'>> | undefined
  readonly ResourceSpecificResults?: readonly ResourceSpecificResult[] | undefined
}
export interface GenerateCredentialReportResponse {
  readonly State?: 'STARTED' | 'INPROGRESS' | 'COMPLETE' | undefined
  readonly Description?: string | undefined
}
export interface GenerateOrganizationsAccessReportRequest {
  readonly EntityPath: string
  readonly OrganizationsPolicyId?: string | undefined
}
export interface GenerateOrganizationsAccessReportResponse {
  readonly JobId?: string | undefined
}
export interface GenerateServiceLastAccessedDetailsRequest {
  readonly Arn: string
  readonly Granularity?: 'SERVICE_LEVEL' | 'ACTION_LEVEL' | undefined
}
export interface GenerateServiceLastAccessedDetailsResponse {
  readonly JobId?: string | undefined
}
export interface GetAccessKeyLastUsedRequest {
  readonly AccessKeyId: string
}
export interface GetAccessKeyLastUsedResponse {
  readonly UserName?: string | undefined
  readonly AccessKeyLastUsed?: AccessKeyLastUsed | undefined
}
export interface GetAccountAuthorizationDetailsRequest {
  readonly Filter?: readonly ('User' | 'Role' | 'Group' | 'LocalManagedPolicy' | 'AWSManagedPolicy')[] | undefined
  readonly MaxItems?: number | undefined
  readonly Marker?: string | undefined
}
export interface GetAccountAuthorizationDetailsResponse {
  readonly UserDetailList?: readonly UserDetail[] | undefined
  readonly GroupDetailList?: readonly GroupDetail[] | undefined
  readonly RoleDetailList?: readonly RoleDetail[] | undefined
  readonly Policies?: readonly ManagedPolicyDetail[] | undefined
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface GetAccountPasswordPolicyResponse {
  readonly PasswordPolicy: PasswordPolicy
}
export interface GetAccountSummaryResponse {
  readonly SummaryMap?: Readonly<Record<string, number>> | undefined
}
export interface GetContextKeysForCustomPolicyRequest {
  readonly PolicyInputList: readonly string[]
}
export interface GetContextKeysForPolicyResponse {
  readonly ContextKeyNames?: readonly string[] | undefined
}
export interface GetContextKeysForPrincipalPolicyRequest {
  readonly PolicySourceArn: string
  readonly PolicyInputList?: readonly string[] | undefined
}
export interface GetCredentialReportResponse {
  readonly Content?: Uint8Array | undefined
  readonly ReportFormat?: 'text/csv' | undefined
  readonly GeneratedTime?: Date | undefined
}
export interface GetDelegationRequestRequest {
  readonly DelegationRequestId: string
  readonly DelegationPermissionCheck?: boolean | undefined
}
export interface GetDelegationRequestResponse {
  readonly DelegationRequest?: DelegationRequest | undefined
  readonly PermissionCheckStatus?: 'COMPLETE' | 'IN_PROGRESS' | 'FAILED' | undefined
  readonly PermissionCheckResult?: 'ALLOWED' | 'DENIED' | 'UNSURE' | undefined
}
export interface GetGroupPolicyRequest {
  readonly GroupName: string
  readonly PolicyName: string
}
export interface GetGroupPolicyResponse {
  readonly GroupName: string
  readonly PolicyName: string
  readonly PolicyDocument: string
}
export interface GetGroupRequest {
  readonly GroupName: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface GetGroupResponse {
  readonly Group: Group
  readonly Users: readonly User[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface GetHumanReadableSummaryRequest {
  readonly EntityArn: string
  readonly Locale?: string | undefined
}
export interface GetHumanReadableSummaryResponse {
  readonly SummaryContent?: string | undefined
  readonly Locale?: string | undefined
  readonly SummaryState?: 'AVAILABLE' | 'NOT_AVAILABLE' | 'NOT_SUPPORTED' | 'FAILED' | undefined
}
export interface GetInstanceProfileRequest {
  readonly InstanceProfileName: string
}
export interface GetInstanceProfileResponse {
  readonly InstanceProfile: InstanceProfile
}
export interface GetLoginProfileRequest {
  readonly UserName?: string | undefined
}
export interface GetLoginProfileResponse {
  readonly LoginProfile: LoginProfile
}
export interface GetMFADeviceRequest {
  readonly SerialNumber: string
  readonly UserName?: string | undefined
}
export interface GetMFADeviceResponse {
  readonly UserName?: string | undefined
  readonly SerialNumber: string
  readonly EnableDate?: Date | undefined
  readonly Certifications?: Readonly<Record<string, string>> | undefined
}
export interface GetOpenIDConnectProviderRequest {
  readonly OpenIDConnectProviderArn: string
}
export interface GetOpenIDConnectProviderResponse {
  readonly Url?: string | undefined
  readonly ClientIDList?: readonly string[] | undefined
  readonly ThumbprintList?: readonly string[] | undefined
  readonly CreateDate?: Date | undefined
  readonly Tags?: readonly Tag[] | undefined
}
export interface GetOrganizationsAccessReportRequest {
  readonly JobId: string
  readonly MaxItems?: number | undefined
  readonly Marker?: string | undefined
  readonly SortKey?: 'SERVICE_NAMESPACE_ASCENDING' | 'SERVICE_NAMESPACE_DESCENDING' | 'LAST_AUTHENTICATED_TIME_ASCENDING' | 'LAST_AUTHENTICATED_TIME_DESCENDING' | undefined
}
export interface GetOrganizationsAccessReportResponse {
  readonly JobStatus: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED'
  readonly JobCreationDate: Date
  readonly JobCompletionDate?: Date | undefined
  readonly NumberOfServicesAccessible?: number | undefined
  readonly NumberOfServicesNotAccessed?: number | undefined
  readonly AccessDetails?: readonly AccessDetail[] | undefined
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
  readonly ErrorDetails?: ErrorDetails | undefined
}
export interface GetOutboundWebIdentityFederationInfoResponse {
  readonly IssuerIdentifier?: string | undefined
  readonly JwtVendingEnabled?: boolean | undefined
}
export interface GetPolicyRequest {
  readonly PolicyArn: string
}
export interface GetPolicyResponse {
  readonly Policy?: Policy | undefined
}
export interface GetPolicyVersionRequest {
  readonly PolicyArn: string
  readonly VersionId: string
}
export interface GetPolicyVersionResponse {
  readonly PolicyVersion?: PolicyVersion | undefined
}
export interface GetRolePolicyRequest {
  readonly RoleName: string
  readonly PolicyName: string
}
export interface GetRolePolicyResponse {
  readonly RoleName: string
  readonly PolicyName: string
  readonly PolicyDocument: string
}
export interface GetRoleRequest {
  readonly RoleName: string
}
export interface GetRoleResponse {
  readonly Role: Role
}
export interface GetSAMLProviderRequest {
  readonly SAMLProviderArn: string
}
export interface GetSAMLProviderResponse {
  readonly SAMLProviderUUID?: string | undefined
  readonly SAMLMetadataDocument?: string | undefined
  readonly CreateDate?: Date | undefined
  readonly ValidUntil?: Date | undefined
  readonly Tags?: readonly Tag[] | undefined
  readonly AssertionEncryptionMode?: 'Required' | 'Allowed' | undefined
  readonly PrivateKeyList?: readonly SAMLPrivateKey[] | undefined
}
export interface GetSSHPublicKeyRequest {
  readonly UserName: string
  readonly SSHPublicKeyId: string
  readonly Encoding: 'SSH' | 'PEM'
}
export interface GetSSHPublicKeyResponse {
  readonly SSHPublicKey?: SSHPublicKey | undefined
}
export interface GetServerCertificateRequest {
  readonly ServerCertificateName: string
}
export interface GetServerCertificateResponse {
  readonly ServerCertificate: ServerCertificate
}
export interface GetServiceLastAccessedDetailsRequest {
  readonly JobId: string
  readonly MaxItems?: number | undefined
  readonly Marker?: string | undefined
}
export interface GetServiceLastAccessedDetailsResponse {
  readonly JobStatus: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED'
  readonly JobType?: 'SERVICE_LEVEL' | 'ACTION_LEVEL' | undefined
  readonly JobCreationDate: Date
  readonly ServicesLastAccessed: readonly ServiceLastAccessed[]
  readonly JobCompletionDate: Date
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
  readonly Error?: ErrorDetails | undefined
}
export interface GetServiceLastAccessedDetailsWithEntitiesRequest {
  readonly JobId: string
  readonly ServiceNamespace: string
  readonly MaxItems?: number | undefined
  readonly Marker?: string | undefined
}
export interface GetServiceLastAccessedDetailsWithEntitiesResponse {
  readonly JobStatus: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED'
  readonly JobCreationDate: Date
  readonly JobCompletionDate: Date
  readonly EntityDetailsList: readonly EntityDetails[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
  readonly Error?: ErrorDetails | undefined
}
export interface GetServiceLinkedRoleDeletionStatusRequest {
  readonly DeletionTaskId: string
}
export interface GetServiceLinkedRoleDeletionStatusResponse {
  readonly Status: 'SUCCEEDED' | 'IN_PROGRESS' | 'FAILED' | 'NOT_STARTED'
  readonly Reason?: DeletionTaskFailureReasonType | undefined
}
export interface GetUserPolicyRequest {
  readonly UserName: string
  readonly PolicyName: string
}
export interface GetUserPolicyResponse {
  readonly UserName: string
  readonly PolicyName: string
  readonly PolicyDocument: string
}
export interface GetUserRequest {
  readonly UserName?: string | undefined
}
export interface GetUserResponse {
  readonly User: User
}
export interface Group {
  readonly Path: string
  readonly GroupName: string
  readonly GroupId: string
  readonly Arn: string
  readonly CreateDate: Date
}
export interface GroupDetail {
  readonly Path?: string | undefined
  readonly GroupName?: string | undefined
  readonly GroupId?: string | undefined
  readonly Arn?: string | undefined
  readonly CreateDate?: Date | undefined
  readonly GroupPolicyList?: readonly PolicyDetail[] | undefined
  readonly AttachedManagedPolicies?: readonly AttachedPolicy[] | undefined
}
export interface InstanceProfile {
  readonly Path: string
  readonly InstanceProfileName: string
  readonly InstanceProfileId: string
  readonly Arn: string
  readonly CreateDate: Date
  readonly Roles: readonly Role[]
  readonly Tags?: readonly Tag[] | undefined
}
export interface ListAccessKeysRequest {
  readonly UserName?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListAccessKeysResponse {
  readonly AccessKeyMetadata: readonly AccessKeyMetadata[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListAccountAliasesRequest {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListAccountAliasesResponse {
  readonly AccountAliases: readonly string[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListAttachedGroupPoliciesRequest {
  readonly GroupName: string
  readonly PathPrefix?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListAttachedGroupPoliciesResponse {
  readonly AttachedPolicies?: readonly AttachedPolicy[] | undefined
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListAttachedRolePoliciesRequest {
  readonly RoleName: string
  readonly PathPrefix?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListAttachedRolePoliciesResponse {
  readonly AttachedPolicies?: readonly AttachedPolicy[] | undefined
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListAttachedUserPoliciesRequest {
  readonly UserName: string
  readonly PathPrefix?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListAttachedUserPoliciesResponse {
  readonly AttachedPolicies?: readonly AttachedPolicy[] | undefined
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListDelegationRequestsRequest {
  readonly OwnerId?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListDelegationRequestsResponse {
  readonly DelegationRequests?: readonly DelegationRequest[] | undefined
  readonly Marker?: string | undefined
  readonly isTruncated?: boolean | undefined
}
export interface ListEntitiesForPolicyRequest {
  readonly PolicyArn: string
  readonly EntityFilter?: 'User' | 'Role' | 'Group' | 'LocalManagedPolicy' | 'AWSManagedPolicy' | undefined
  readonly PathPrefix?: string | undefined
  readonly PolicyUsageFilter?: 'PermissionsPolicy' | 'PermissionsBoundary' | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListEntitiesForPolicyResponse {
  readonly PolicyGroups?: readonly PolicyGroup[] | undefined
  readonly PolicyUsers?: readonly PolicyUser[] | undefined
  readonly PolicyRoles?: readonly PolicyRole[] | undefined
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListGroupPoliciesRequest {
  readonly GroupName: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListGroupPoliciesResponse {
  readonly PolicyNames: readonly string[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListGroupsForUserRequest {
  readonly UserName: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListGroupsForUserResponse {
  readonly Groups: readonly Group[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListGroupsRequest {
  readonly PathPrefix?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListGroupsResponse {
  readonly Groups: readonly Group[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListInstanceProfileTagsRequest {
  readonly InstanceProfileName: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListInstanceProfileTagsResponse {
  readonly Tags: readonly Tag[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListInstanceProfilesForRoleRequest {
  readonly RoleName: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListInstanceProfilesForRoleResponse {
  readonly InstanceProfiles: readonly InstanceProfile[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListInstanceProfilesRequest {
  readonly PathPrefix?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListInstanceProfilesResponse {
  readonly InstanceProfiles: readonly InstanceProfile[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListMFADeviceTagsRequest {
  readonly SerialNumber: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListMFADeviceTagsResponse {
  readonly Tags: readonly Tag[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListMFADevicesRequest {
  readonly UserName?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListMFADevicesResponse {
  readonly MFADevices: readonly MFADevice[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListOpenIDConnectProviderTagsRequest {
  readonly OpenIDConnectProviderArn: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListOpenIDConnectProviderTagsResponse {
  readonly Tags: readonly Tag[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export type ListOpenIDConnectProvidersRequest = Readonly<Record<string, never>>
export interface ListOpenIDConnectProvidersResponse {
  readonly OpenIDConnectProviderList?: readonly OpenIDConnectProviderListEntry[] | undefined
}
export type ListOrganizationsFeaturesRequest = Readonly<Record<string, never>>
export interface ListOrganizationsFeaturesResponse {
  readonly OrganizationId?: string | undefined
  readonly EnabledFeatures?: readonly ('RootCredentialsManagement' | 'RootSessions')[] | undefined
}
export interface ListPoliciesGrantingServiceAccessEntry {
  readonly ServiceNamespace?: string | undefined
  readonly Policies?: readonly PolicyGrantingServiceAccess[] | undefined
}
export interface ListPoliciesGrantingServiceAccessRequest {
  readonly Marker?: string | undefined
  readonly Arn: string
  readonly ServiceNamespaces: readonly string[]
}
export interface ListPoliciesGrantingServiceAccessResponse {
  readonly PoliciesGrantingServiceAccess: readonly ListPoliciesGrantingServiceAccessEntry[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListPoliciesRequest {
  readonly Scope?: 'All' | 'AWS' | 'Local' | undefined
  readonly OnlyAttached?: boolean | undefined
  readonly PathPrefix?: string | undefined
  readonly PolicyUsageFilter?: 'PermissionsPolicy' | 'PermissionsBoundary' | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListPoliciesResponse {
  readonly Policies?: readonly Policy[] | undefined
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListPolicyTagsRequest {
  readonly PolicyArn: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListPolicyTagsResponse {
  readonly Tags: readonly Tag[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListPolicyVersionsRequest {
  readonly PolicyArn: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListPolicyVersionsResponse {
  readonly Versions?: readonly PolicyVersion[] | undefined
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListRolePoliciesRequest {
  readonly RoleName: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListRolePoliciesResponse {
  readonly PolicyNames: readonly string[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListRoleTagsRequest {
  readonly RoleName: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListRoleTagsResponse {
  readonly Tags: readonly Tag[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListRolesRequest {
  readonly PathPrefix?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListRolesResponse {
  readonly Roles: readonly Role[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListSAMLProviderTagsRequest {
  readonly SAMLProviderArn: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListSAMLProviderTagsResponse {
  readonly Tags: readonly Tag[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export type ListSAMLProvidersRequest = Readonly<Record<string, never>>
export interface ListSAMLProvidersResponse {
  readonly SAMLProviderList?: readonly SAMLProviderListEntry[] | undefined
}
export interface ListSSHPublicKeysRequest {
  readonly UserName?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListSSHPublicKeysResponse {
  readonly SSHPublicKeys?: readonly SSHPublicKeyMetadata[] | undefined
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListServerCertificateTagsRequest {
  readonly ServerCertificateName: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListServerCertificateTagsResponse {
  readonly Tags: readonly Tag[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListServerCertificatesRequest {
  readonly PathPrefix?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListServerCertificatesResponse {
  readonly ServerCertificateMetadataList: readonly ServerCertificateMetadata[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListServiceSpecificCredentialsRequest {
  readonly UserName?: string | undefined
  readonly ServiceName?: string | undefined
  readonly AllUsers?: boolean | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListServiceSpecificCredentialsResponse {
  readonly ServiceSpecificCredentials?: readonly ServiceSpecificCredentialMetadata[] | undefined
  readonly Marker?: string | undefined
  readonly IsTruncated?: boolean | undefined
}
export interface ListSigningCertificatesRequest {
  readonly UserName?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListSigningCertificatesResponse {
  readonly Certificates: readonly SigningCertificate[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListUserPoliciesRequest {
  readonly UserName: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListUserPoliciesResponse {
  readonly PolicyNames: readonly string[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListUserTagsRequest {
  readonly UserName: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListUserTagsResponse {
  readonly Tags: readonly Tag[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListUsersRequest {
  readonly PathPrefix?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListUsersResponse {
  readonly Users: readonly User[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface ListVirtualMFADevicesRequest {
  readonly AssignmentStatus?: 'Assigned' | 'Unassigned' | 'Any' | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}
export interface ListVirtualMFADevicesResponse {
  readonly VirtualMFADevices: readonly VirtualMFADevice[]
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface LoginProfile {
  readonly UserName: string
  readonly CreateDate: Date
  readonly PasswordResetRequired?: boolean | undefined
}
export interface MFADevice {
  readonly UserName: string
  readonly SerialNumber: string
  readonly EnableDate: Date
}
export interface ManagedPolicyDetail {
  readonly PolicyName?: string | undefined
  readonly PolicyId?: string | undefined
  readonly Arn?: string | undefined
  readonly Path?: string | undefined
  readonly DefaultVersionId?: string | undefined
  readonly AttachmentCount?: number | undefined
  readonly PermissionsBoundaryUsageCount?: number | undefined
  readonly IsAttachable?: boolean | undefined
  readonly Description?: string | undefined
  readonly CreateDate?: Date | undefined
  readonly UpdateDate?: Date | undefined
  readonly PolicyVersionList?: readonly PolicyVersion[] | undefined
}
export interface OpenIDConnectProviderListEntry {
  readonly Arn?: string | undefined
}
export interface OrganizationsDecisionDetail {
  readonly AllowedByOrganizations?: boolean | undefined
}
export interface PasswordPolicy {
  readonly MinimumPasswordLength?: number | undefined
  readonly RequireSymbols?: boolean | undefined
  readonly RequireNumbers?: boolean | undefined
  readonly RequireUppercaseCharacters?: boolean | undefined
  readonly RequireLowercaseCharacters?: boolean | undefined
  readonly AllowUsersToChangePassword?: boolean | undefined
  readonly ExpirePasswords?: boolean | undefined
  readonly MaxPasswordAge?: number | undefined
  readonly PasswordReusePrevention?: number | undefined
  readonly HardExpiry?: boolean | undefined
}
export interface PermissionsBoundaryDecisionDetail {
  readonly AllowedByPermissionsBoundary?: boolean | undefined
}
export interface Policy {
  readonly PolicyName?: string | undefined
  readonly PolicyId?: string | undefined
  readonly Arn?: string | undefined
  readonly Path?: string | undefined
  readonly DefaultVersionId?: string | undefined
  readonly AttachmentCount?: number | undefined
  readonly PermissionsBoundaryUsageCount?: number | undefined
  readonly IsAttachable?: boolean | undefined
  readonly Description?: string | undefined
  readonly CreateDate?: Date | undefined
  readonly UpdateDate?: Date | undefined
  readonly Tags?: readonly Tag[] | undefined
}
export interface PolicyDetail {
  readonly PolicyName?: string | undefined
  readonly PolicyDocument?: string | undefined
}
export interface PolicyGrantingServiceAccess {
  readonly PolicyName: string
  readonly PolicyType: 'INLINE' | 'MANAGED'
  readonly PolicyArn?: string | undefined
  readonly EntityType?: 'USER' | 'ROLE' | 'GROUP' | undefined
  readonly EntityName?: string | undefined
}
export interface PolicyGroup {
  readonly GroupName?: string | undefined
  readonly GroupId?: string | undefined
}
export interface PolicyParameter {
  readonly Name?: string | undefined
  readonly Values?: readonly string[] | undefined
  readonly Type?: 'string' | 'stringList' | undefined
}
export interface PolicyRole {
  readonly RoleName?: string | undefined
  readonly RoleId?: string | undefined
}
export interface PolicyUser {
  readonly UserName?: string | undefined
  readonly UserId?: string | undefined
}
export interface PolicyVersion {
  readonly Document?: string | undefined
  readonly VersionId?: string | undefined
  readonly IsDefaultVersion?: boolean | undefined
  readonly CreateDate?: Date | undefined
}
export interface Position {
  readonly Line?: number | undefined
  readonly Column?: number | undefined
}
export interface PutGroupPolicyRequest {
  readonly GroupName: string
  readonly PolicyName: string
  readonly PolicyDocument: string
}
export interface PutRolePermissionsBoundaryRequest {
  readonly RoleName: string
  readonly PermissionsBoundary: string
}
export interface PutRolePolicyRequest {
  readonly RoleName: string
  readonly PolicyName: string
  readonly PolicyDocument: string
}
export interface PutUserPermissionsBoundaryRequest {
  readonly UserName: string
  readonly PermissionsBoundary: string
}
export interface PutUserPolicyRequest {
  readonly UserName: string
  readonly PolicyName: string
  readonly PolicyDocument: string
}
export interface RejectDelegationRequestRequest {
  readonly DelegationRequestId: string
  readonly Notes?: string | undefined
}
export interface RemoveClientIDFromOpenIDConnectProviderRequest {
  readonly OpenIDConnectProviderArn: string
  readonly ClientID: string
}
export interface RemoveRoleFromInstanceProfileRequest {
  readonly InstanceProfileName: string
  readonly RoleName: string
}
export interface RemoveUserFromGroupRequest {
  readonly GroupName: string
  readonly UserName: string
}
export interface ResetServiceSpecificCredentialRequest {
  readonly UserName?: string | undefined
  readonly ServiceSpecificCredentialId: string
}
export interface ResetServiceSpecificCredentialResponse {
  readonly ServiceSpecificCredential?: ServiceSpecificCredential | undefined
}
export interface ResourceSpecificResult {
  readonly EvalResourceName: string
  readonly EvalResourceDecision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  readonly MatchedStatements?: readonly Statement[] | undefined
  readonly MissingContextValues?: readonly string[] | undefined
  readonly EvalDecisionDetails?: Readonly<Record<string, 'allowed' | 'explicitDeny' | 'implicitDeny'>> | undefined
  readonly PermissionsBoundaryDecisionDetail?: PermissionsBoundaryDecisionDetail | undefined
}
export interface ResyncMFADeviceRequest {
  readonly UserName: string
  readonly SerialNumber: string
  readonly AuthenticationCode1: string
  readonly AuthenticationCode2: string
}
export interface Role {
  readonly Path: string
  readonly RoleName: string
  readonly RoleId: string
  readonly Arn: string
  readonly CreateDate: Date
  readonly AssumeRolePolicyDocument?: string | undefined
  readonly Description?: string | undefined
  readonly MaxSessionDuration?: number | undefined
  readonly PermissionsBoundary?: AttachedPermissionsBoundary | undefined
  readonly Tags?: readonly Tag[] | undefined
  readonly RoleLastUsed?: RoleLastUsed | undefined
}
export interface RoleDetail {
  readonly Path?: string | undefined
  readonly RoleName?: string | undefined
  readonly RoleId?: string | undefined
  readonly Arn?: string | undefined
  readonly CreateDate?: Date | undefined
  readonly AssumeRolePolicyDocument?: string | undefined
  readonly InstanceProfileList?: readonly InstanceProfile[] | undefined
  readonly RolePolicyList?: readonly PolicyDetail[] | undefined
  readonly AttachedManagedPolicies?: readonly AttachedPolicy[] | undefined
  readonly PermissionsBoundary?: AttachedPermissionsBoundary | undefined
  readonly Tags?: readonly Tag[] | undefined
  readonly RoleLastUsed?: RoleLastUsed | undefined
}
export interface RoleLastUsed {
  readonly LastUsedDate?: Date | undefined
  readonly Region?: string | undefined
}
export interface RoleUsageType {
  readonly Region?: string | undefined
  readonly Resources?: readonly string[] | undefined
}
export interface SAMLPrivateKey {
  readonly KeyId?: string | undefined
  readonly Timestamp?: Date | undefined
}
export interface SAMLProviderListEntry {
  readonly Arn?: string | undefined
  readonly ValidUntil?: Date | undefined
  readonly CreateDate?: Date | undefined
}
export interface SSHPublicKey {
  readonly UserName: string
  readonly SSHPublicKeyId: string
  readonly Fingerprint: string
  readonly SSHPublicKeyBody: string
  readonly Status: 'Active' | 'Inactive' | 'Expired'
  readonly UploadDate?: Date | undefined
}
export interface SSHPublicKeyMetadata {
  readonly UserName: string
  readonly SSHPublicKeyId: string
  readonly Status: 'Active' | 'Inactive' | 'Expired'
  readonly UploadDate: Date
}
export interface SendDelegationTokenRequest {
  readonly DelegationRequestId: string
}
export interface ServerCertificate {
  readonly ServerCertificateMetadata: ServerCertificateMetadata
  readonly CertificateBody: string
  readonly CertificateChain?: string | undefined
  readonly Tags?: readonly Tag[] | undefined
}
export interface ServerCertificateMetadata {
  readonly Path: string
  readonly ServerCertificateName: string
  readonly ServerCertificateId: string
  readonly Arn: string
  readonly UploadDate?: Date | undefined
  readonly Expiration?: Date | undefined
}
export interface ServiceLastAccessed {
  readonly ServiceName: string
  readonly LastAuthenticated?: Date | undefined
  readonly ServiceNamespace: string
  readonly LastAuthenticatedEntity?: string | undefined
  readonly LastAuthenticatedRegion?: string | undefined
  readonly TotalAuthenticatedEntities?: number | undefined
  readonly TrackedActionsLastAccessed?: readonly TrackedActionLastAccessed[] | undefined
}
export interface ServiceSpecificCredential {
  readonly CreateDate: Date
  readonly ExpirationDate?: Date | undefined
  readonly ServiceName: string
  readonly ServiceUserName?: string | undefined
  readonly ServicePassword?: string | undefined
  readonly ServiceCredentialAlias?: string | undefined
  readonly ServiceCredentialSecret?: string | undefined
  readonly ServiceSpecificCredentialId: string
  readonly UserName: string
  readonly Status: 'Active' | 'Inactive' | 'Expired'
}
export interface ServiceSpecificCredentialMetadata {
  readonly UserName: string
  readonly Status: 'Active' | 'Inactive' | 'Expired'
  readonly ServiceUserName?: string | undefined
  readonly ServiceCredentialAlias?: string | undefined
  readonly CreateDate: Date
  readonly ExpirationDate?: Date | undefined
  readonly ServiceSpecificCredentialId: string
  readonly ServiceName: string
}
export interface SetDefaultPolicyVersionRequest {
  readonly PolicyArn: string
  readonly VersionId: string
}
export interface SetSecurityTokenServicePreferencesRequest {
  readonly GlobalEndpointTokenVersion: 'v1Token' | 'v2Token'
}
export interface SigningCertificate {
  readonly UserName: string
  readonly CertificateId: string
  readonly CertificateBody: string
  readonly Status: 'Active' | 'Inactive' | 'Expired'
  readonly UploadDate?: Date | undefined
}
export interface SimulateCustomPolicyRequest {
  readonly PolicyInputList: readonly string[]
  readonly PermissionsBoundaryPolicyInputList?: readonly string[] | undefined
  readonly ActionNames: readonly string[]
  readonly ResourceArns?: readonly string[] | undefined
  readonly ResourcePolicy?: string | undefined
  readonly ResourceOwner?: string | undefined
  readonly CallerArn?: string | undefined
  readonly ContextEntries?: readonly ContextEntry[] | undefined
  readonly ResourceHandlingOption?: string | undefined
  readonly MaxItems?: number | undefined
  readonly Marker?: string | undefined
}
export interface SimulatePolicyResponse {
  readonly EvaluationResults?: readonly EvaluationResult[] | undefined
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}
export interface SimulatePrincipalPolicyRequest {
  readonly PolicySourceArn: string
  readonly PolicyInputList?: readonly string[] | undefined
  readonly PermissionsBoundaryPolicyInputList?: readonly string[] | undefined
  readonly ActionNames: readonly string[]
  readonly ResourceArns?: readonly string[] | undefined
  readonly ResourcePolicy?: string | undefined
  readonly ResourceOwner?: string | undefined
  readonly CallerArn?: string | undefined
  readonly ContextEntries?: readonly ContextEntry[] | undefined
  readonly ResourceHandlingOption?: string | undefined
  readonly MaxItems?: number | undefined
  readonly Marker?: string | undefined
}
export interface Statement {
  readonly SourcePolicyId?: string | undefined
  readonly SourcePolicyType?: 'user' | 'group' | 'role' | 'aws-managed' | 'user-managed' | 'resource' | 'none' | undefined
  readonly StartPosition?: Position | undefined
  readonly EndPosition?: Position | undefined
}
export interface Tag {
  readonly Key: string
  readonly Value: string
}
export interface TagInstanceProfileRequest {
  readonly InstanceProfileName: string
  readonly Tags: readonly Tag[]
}
export interface TagMFADeviceRequest {
  readonly SerialNumber: string
  readonly Tags: readonly Tag[]
}
export interface TagOpenIDConnectProviderRequest {
  readonly OpenIDConnectProviderArn: string
  readonly Tags: readonly Tag[]
}
export interface TagPolicyRequest {
  readonly PolicyArn: string
  readonly Tags: readonly Tag[]
}
export interface TagRoleRequest {
  readonly RoleName: string
  readonly Tags: readonly Tag[]
}
export interface TagSAMLProviderRequest {
  readonly SAMLProviderArn: string
  readonly Tags: readonly Tag[]
}
export interface TagServerCertificateRequest {
  readonly ServerCertificateName: string
  readonly Tags: readonly Tag[]
}
export interface TagUserRequest {
  readonly UserName: string
  readonly Tags: readonly Tag[]
}
export interface TrackedActionLastAccessed {
  readonly ActionName?: string | undefined
  readonly LastAccessedEntity?: string | undefined
  readonly LastAccessedTime?: Date | undefined
  readonly LastAccessedRegion?: string | undefined
}
export interface UntagInstanceProfileRequest {
  readonly InstanceProfileName: string
  readonly TagKeys: readonly string[]
}
export interface UntagMFADeviceRequest {
  readonly SerialNumber: string
  readonly TagKeys: readonly string[]
}
export interface UntagOpenIDConnectProviderRequest {
  readonly OpenIDConnectProviderArn: string
  readonly TagKeys: readonly string[]
}
export interface UntagPolicyRequest {
  readonly PolicyArn: string
  readonly TagKeys: readonly string[]
}
export interface UntagRoleRequest {
  readonly RoleName: string
  readonly TagKeys: readonly string[]
}
export interface UntagSAMLProviderRequest {
  readonly SAMLProviderArn: string
  readonly TagKeys: readonly string[]
}
export interface UntagServerCertificateRequest {
  readonly ServerCertificateName: string
  readonly TagKeys: readonly string[]
}
export interface UntagUserRequest {
  readonly UserName: string
  readonly TagKeys: readonly string[]
}
export interface UpdateAccessKeyRequest {
  readonly UserName?: string | undefined
  readonly AccessKeyId: string
  readonly Status: 'Active' | 'Inactive' | 'Expired'
}
export interface UpdateAccountPasswordPolicyRequest {
  readonly MinimumPasswordLength?: number | undefined
  readonly RequireSymbols?: boolean | undefined
  readonly RequireNumbers?: boolean | undefined
  readonly RequireUppercaseCharacters?: boolean | undefined
  readonly RequireLowercaseCharacters?: boolean | undefined
  readonly AllowUsersToChangePassword?: boolean | undefined
  readonly MaxPasswordAge?: number | undefined
  readonly PasswordReusePrevention?: number | undefined
  readonly HardExpiry?: boolean | undefined
}
export interface UpdateAssumeRolePolicyRequest {
  readonly RoleName: string
  readonly PolicyDocument: string
}
export interface UpdateDelegationRequestRequest {
  readonly DelegationRequestId: string
  readonly Notes?: string | undefined
}
export interface UpdateGroupRequest {
  readonly GroupName: string
  readonly NewPath?: string | undefined
  readonly NewGroupName?: string | undefined
}
export interface UpdateLoginProfileRequest {
  readonly UserName: string
  readonly Password?: string | undefined
  readonly PasswordResetRequired?: boolean | undefined
}
export interface UpdateOpenIDConnectProviderThumbprintRequest {
  readonly OpenIDConnectProviderArn: string
  readonly ThumbprintList: readonly string[]
}
export interface UpdateRoleDescriptionRequest {
  readonly RoleName: string
  readonly Description: string
}
export interface UpdateRoleDescriptionResponse {
  readonly Role?: Role | undefined
}
export interface UpdateRoleRequest {
  readonly RoleName: string
  readonly Description?: string | undefined
  readonly MaxSessionDuration?: number | undefined
}
export type UpdateRoleResponse = Readonly<Record<string, never>>
export interface UpdateSAMLProviderRequest {
  readonly SAMLMetadataDocument?: string | undefined
  readonly SAMLProviderArn: string
  readonly AssertionEncryptionMode?: 'Required' | 'Allowed' | undefined
  readonly AddPrivateKey?: string | undefined
  readonly RemovePrivateKey?: string | undefined
}
export interface UpdateSAMLProviderResponse {
  readonly SAMLProviderArn?: string | undefined
}
export interface UpdateSSHPublicKeyRequest {
  readonly UserName: string
  readonly SSHPublicKeyId: string
  readonly Status: 'Active' | 'Inactive' | 'Expired'
}
export interface UpdateServerCertificateRequest {
  readonly ServerCertificateName: string
  readonly NewPath?: string | undefined
  readonly NewServerCertificateName?: string | undefined
}
export interface UpdateServiceSpecificCredentialRequest {
  readonly UserName?: string | undefined
  readonly ServiceSpecificCredentialId: string
  readonly Status: 'Active' | 'Inactive' | 'Expired'
}
export interface UpdateSigningCertificateRequest {
  readonly UserName?: string | undefined
  readonly CertificateId: string
  readonly Status: 'Active' | 'Inactive' | 'Expired'
}
export interface UpdateUserRequest {
  readonly UserName: string
  readonly NewPath?: string | undefined
  readonly NewUserName?: string | undefined
}
export interface UploadSSHPublicKeyRequest {
  readonly UserName: string
  readonly SSHPublicKeyBody: string
}
export interface UploadSSHPublicKeyResponse {
  readonly SSHPublicKey?: SSHPublicKey | undefined
}
export interface UploadServerCertificateRequest {
  readonly Path?: string | undefined
  readonly ServerCertificateName: string
  readonly CertificateBody: string
  readonly PrivateKey: string
  readonly CertificateChain?: string | undefined
  readonly Tags?: readonly Tag[] | undefined
}
export interface UploadServerCertificateResponse {
  readonly ServerCertificateMetadata?: ServerCertificateMetadata | undefined
  readonly Tags?: readonly Tag[] | undefined
}
export interface UploadSigningCertificateRequest {
  readonly UserName?: string | undefined
  readonly CertificateBody: string
}
export interface UploadSigningCertificateResponse {
  readonly Certificate: SigningCertificate
}
export interface User {
  readonly Path: string
  readonly UserName: string
  readonly UserId: string
  readonly Arn: string
  readonly CreateDate: Date
  readonly PasswordLastUsed?: Date | undefined
  readonly PermissionsBoundary?: AttachedPermissionsBoundary | undefined
  readonly Tags?: readonly Tag[] | undefined
}
export interface UserDetail {
  readonly Path?: string | undefined
  readonly UserName?: string | undefined
  readonly UserId?: string | undefined
  readonly Arn?: string | undefined
  readonly CreateDate?: Date | undefined
  readonly UserPolicyList?: readonly PolicyDetail[] | undefined
  readonly GroupList?: readonly string[] | undefined
  readonly AttachedManagedPolicies?: readonly AttachedPolicy[] | undefined
  readonly PermissionsBoundary?: AttachedPermissionsBoundary | undefined
  readonly Tags?: readonly Tag[] | undefined
}
export interface VirtualMFADevice {
  readonly SerialNumber: string
  readonly Base32StringSeed?: Uint8Array | undefined
  readonly QRCodePNG?: Uint8Array | undefined
  readonly User?: User | undefined
  readonly EnableDate?: Date | undefined
  readonly Tags?: readonly Tag[] | undefined
}

/** Operation → its input, its output and the codes that it declares. */
export interface Operations {
  readonly AcceptDelegationRequest: { in: AcceptDelegationRequestRequest; out: void; code: 'NoSuchEntity' | 'ServiceFailure' | 'ConcurrentModification' }
  readonly AddClientIDToOpenIDConnectProvider: { in: AddClientIDToOpenIDConnectProviderRequest; out: void; code: 'ConcurrentModification' | 'InvalidInput' | 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' }
  readonly AddRoleToInstanceProfile: { in: AddRoleToInstanceProfileRequest; out: void; code: 'NoSuchEntity' | 'EntityAlreadyExists' | 'LimitExceeded' | 'UnmodifiableEntity' | 'ServiceFailure' }
  readonly AddUserToGroup: { in: AddUserToGroupRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' }
  readonly AssociateDelegationRequest: { in: AssociateDelegationRequestRequest; out: void; code: 'NoSuchEntity' | 'ServiceFailure' | 'ConcurrentModification' | 'InvalidInput' }
  readonly AttachGroupPolicy: { in: AttachGroupPolicyRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'InvalidInput' | 'PolicyNotAttachable' | 'ServiceFailure' }
  readonly AttachRolePolicy: { in: AttachRolePolicyRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'InvalidInput' | 'UnmodifiableEntity' | 'PolicyNotAttachable' | 'ServiceFailure' }
  readonly AttachUserPolicy: { in: AttachUserPolicyRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'InvalidInput' | 'PolicyNotAttachable' | 'ServiceFailure' }
  readonly ChangePassword: { in: ChangePasswordRequest; out: void; code: 'NoSuchEntity' | 'InvalidUserType' | 'LimitExceeded' | 'EntityTemporarilyUnmodifiable' | 'PasswordPolicyViolation' | 'ServiceFailure' }
  readonly CreateAccessKey: { in: CreateAccessKeyRequest; out: CreateAccessKeyResponse; code: 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' }
  readonly CreateAccountAlias: { in: CreateAccountAliasRequest; out: void; code: 'ConcurrentModification' | 'EntityAlreadyExists' | 'LimitExceeded' | 'ServiceFailure' }
  readonly CreateDelegationRequest: { in: CreateDelegationRequestRequest; out: CreateDelegationRequestResponse; code: 'EntityAlreadyExists' | 'ServiceFailure' | 'InvalidInput' | 'LimitExceeded' | 'ConcurrentModification' }
  readonly CreateGroup: { in: CreateGroupRequest; out: CreateGroupResponse; code: 'LimitExceeded' | 'EntityAlreadyExists' | 'NoSuchEntity' | 'ServiceFailure' }
  readonly CreateInstanceProfile: { in: CreateInstanceProfileRequest; out: CreateInstanceProfileResponse; code: 'EntityAlreadyExists' | 'InvalidInput' | 'LimitExceeded' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly CreateLoginProfile: { in: CreateLoginProfileRequest; out: CreateLoginProfileResponse; code: 'EntityAlreadyExists' | 'NoSuchEntity' | 'PasswordPolicyViolation' | 'LimitExceeded' | 'ServiceFailure' }
  readonly CreateOpenIDConnectProvider: { in: CreateOpenIDConnectProviderRequest; out: CreateOpenIDConnectProviderResponse; code: 'InvalidInput' | 'EntityAlreadyExists' | 'LimitExceeded' | 'ConcurrentModification' | 'ServiceFailure' | 'OpenIdIdpCommunicationError' }
  readonly CreatePolicy: { in: CreatePolicyRequest; out: CreatePolicyResponse; code: 'InvalidInput' | 'LimitExceeded' | 'EntityAlreadyExists' | 'MalformedPolicyDocument' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly CreatePolicyVersion: { in: CreatePolicyVersionRequest; out: CreatePolicyVersionResponse; code: 'NoSuchEntity' | 'MalformedPolicyDocument' | 'InvalidInput' | 'LimitExceeded' | 'ServiceFailure' }
  readonly CreateRole: { in: CreateRoleRequest; out: CreateRoleResponse; code: 'LimitExceeded' | 'InvalidInput' | 'EntityAlreadyExists' | 'MalformedPolicyDocument' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly CreateSAMLProvider: { in: CreateSAMLProviderRequest; out: CreateSAMLProviderResponse; code: 'InvalidInput' | 'EntityAlreadyExists' | 'LimitExceeded' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly CreateServiceLinkedRole: { in: CreateServiceLinkedRoleRequest; out: CreateServiceLinkedRoleResponse; code: 'InvalidInput' | 'LimitExceeded' | 'NoSuchEntity' | 'ServiceFailure' }
  readonly CreateServiceSpecificCredential: { in: CreateServiceSpecificCredentialRequest; out: CreateServiceSpecificCredentialResponse; code: 'LimitExceeded' | 'NoSuchEntity' | 'NotSupportedService' }
  readonly CreateUser: { in: CreateUserRequest; out: CreateUserResponse; code: 'LimitExceeded' | 'EntityAlreadyExists' | 'NoSuchEntity' | 'InvalidInput' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly CreateVirtualMFADevice: { in: CreateVirtualMFADeviceRequest; out: CreateVirtualMFADeviceResponse; code: 'LimitExceeded' | 'InvalidInput' | 'EntityAlreadyExists' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly DeactivateMFADevice: { in: DeactivateMFADeviceRequest; out: void; code: 'EntityTemporarilyUnmodifiable' | 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' | 'ConcurrentModification' }
  readonly DeleteAccessKey: { in: DeleteAccessKeyRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' }
  readonly DeleteAccountAlias: { in: DeleteAccountAliasRequest; out: void; code: 'ConcurrentModification' | 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' }
  readonly DeleteAccountPasswordPolicy: { in: Readonly<Record<string, never>>; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' }
  readonly DeleteGroup: { in: DeleteGroupRequest; out: void; code: 'NoSuchEntity' | 'DeleteConflict' | 'LimitExceeded' | 'ServiceFailure' }
  readonly DeleteGroupPolicy: { in: DeleteGroupPolicyRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' }
  readonly DeleteInstanceProfile: { in: DeleteInstanceProfileRequest; out: void; code: 'NoSuchEntity' | 'DeleteConflict' | 'LimitExceeded' | 'ServiceFailure' }
  readonly DeleteLoginProfile: { in: DeleteLoginProfileRequest; out: void; code: 'EntityTemporarilyUnmodifiable' | 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' }
  readonly DeleteOpenIDConnectProvider: { in: DeleteOpenIDConnectProviderRequest; out: void; code: 'InvalidInput' | 'NoSuchEntity' | 'ServiceFailure' }
  readonly DeletePolicy: { in: DeletePolicyRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'InvalidInput' | 'DeleteConflict' | 'ServiceFailure' }
  readonly DeletePolicyVersion: { in: DeletePolicyVersionRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'InvalidInput' | 'DeleteConflict' | 'ServiceFailure' }
  readonly DeleteRole: { in: DeleteRoleRequest; out: void; code: 'NoSuchEntity' | 'DeleteConflict' | 'LimitExceeded' | 'UnmodifiableEntity' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly DeleteRolePermissionsBoundary: { in: DeleteRolePermissionsBoundaryRequest; out: void; code: 'NoSuchEntity' | 'UnmodifiableEntity' | 'ServiceFailure' }
  readonly DeleteRolePolicy: { in: DeleteRolePolicyRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'UnmodifiableEntity' | 'ServiceFailure' }
  readonly DeleteSAMLProvider: { in: DeleteSAMLProviderRequest; out: void; code: 'InvalidInput' | 'LimitExceeded' | 'NoSuchEntity' | 'ServiceFailure' }
  readonly DeleteSSHPublicKey: { in: DeleteSSHPublicKeyRequest; out: void; code: 'NoSuchEntity' }
  readonly DeleteServerCertificate: { in: DeleteServerCertificateRequest; out: void; code: 'NoSuchEntity' | 'DeleteConflict' | 'LimitExceeded' | 'ServiceFailure' }
  readonly DeleteServiceLinkedRole: { in: DeleteServiceLinkedRoleRequest; out: DeleteServiceLinkedRoleResponse; code: 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' }
  readonly DeleteServiceSpecificCredential: { in: DeleteServiceSpecificCredentialRequest; out: void; code: 'NoSuchEntity' }
  readonly DeleteSigningCertificate: { in: DeleteSigningCertificateRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly DeleteUser: { in: DeleteUserRequest; out: void; code: 'LimitExceeded' | 'NoSuchEntity' | 'DeleteConflict' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly DeleteUserPermissionsBoundary: { in: DeleteUserPermissionsBoundaryRequest; out: void; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly DeleteUserPolicy: { in: DeleteUserPolicyRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' }
  readonly DeleteVirtualMFADevice: { in: DeleteVirtualMFADeviceRequest; out: void; code: 'NoSuchEntity' | 'DeleteConflict' | 'LimitExceeded' | 'ServiceFailure' | 'ConcurrentModification' }
  readonly DetachGroupPolicy: { in: DetachGroupPolicyRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'InvalidInput' | 'ServiceFailure' }
  readonly DetachRolePolicy: { in: DetachRolePolicyRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'InvalidInput' | 'UnmodifiableEntity' | 'ServiceFailure' }
  readonly DetachUserPolicy: { in: DetachUserPolicyRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'InvalidInput' | 'ServiceFailure' }
  readonly DisableOrganizationsRootCredentialsManagement: { in: DisableOrganizationsRootCredentialsManagementRequest; out: DisableOrganizationsRootCredentialsManagementResponse; code: 'ServiceAccessNotEnabledException' | 'AccountNotManagementOrDelegatedAdministratorException' | 'OrganizationNotFoundException' | 'OrganizationNotInAllFeaturesModeException' }
  readonly DisableOrganizationsRootSessions: { in: DisableOrganizationsRootSessionsRequest; out: DisableOrganizationsRootSessionsResponse; code: 'ServiceAccessNotEnabledException' | 'AccountNotManagementOrDelegatedAdministratorException' | 'OrganizationNotFoundException' | 'OrganizationNotInAllFeaturesModeException' }
  readonly DisableOutboundWebIdentityFederation: { in: Readonly<Record<string, never>>; out: void; code: 'FeatureDisabled' }
  readonly EnableMFADevice: { in: EnableMFADeviceRequest; out: void; code: 'EntityAlreadyExists' | 'EntityTemporarilyUnmodifiable' | 'InvalidAuthenticationCode' | 'LimitExceeded' | 'NoSuchEntity' | 'ServiceFailure' | 'ConcurrentModification' }
  readonly EnableOrganizationsRootCredentialsManagement: { in: EnableOrganizationsRootCredentialsManagementRequest; out: EnableOrganizationsRootCredentialsManagementResponse; code: 'ServiceAccessNotEnabledException' | 'AccountNotManagementOrDelegatedAdministratorException' | 'OrganizationNotFoundException' | 'OrganizationNotInAllFeaturesModeException' | 'CallerIsNotManagementAccountException' }
  readonly EnableOrganizationsRootSessions: { in: EnableOrganizationsRootSessionsRequest; out: EnableOrganizationsRootSessionsResponse; code: 'ServiceAccessNotEnabledException' | 'AccountNotManagementOrDelegatedAdministratorException' | 'OrganizationNotFoundException' | 'OrganizationNotInAllFeaturesModeException' | 'CallerIsNotManagementAccountException' }
  readonly EnableOutboundWebIdentityFederation: { in: Readonly<Record<string, never>>; out: EnableOutboundWebIdentityFederationResponse; code: 'FeatureEnabled' }
  readonly GenerateCredentialReport: { in: Readonly<Record<string, never>>; out: GenerateCredentialReportResponse; code: 'LimitExceeded' | 'ServiceFailure' }
  readonly GenerateOrganizationsAccessReport: { in: GenerateOrganizationsAccessReportRequest; out: GenerateOrganizationsAccessReportResponse; code: 'ReportGenerationLimitExceeded' }
  readonly GenerateServiceLastAccessedDetails: { in: GenerateServiceLastAccessedDetailsRequest; out: GenerateServiceLastAccessedDetailsResponse; code: 'NoSuchEntity' | 'InvalidInput' }
  readonly GetAccessKeyLastUsed: { in: GetAccessKeyLastUsedRequest; out: GetAccessKeyLastUsedResponse; code: never }
  readonly GetAccountAuthorizationDetails: { in: GetAccountAuthorizationDetailsRequest; out: GetAccountAuthorizationDetailsResponse; code: 'ServiceFailure' }
  readonly GetAccountPasswordPolicy: { in: Readonly<Record<string, never>>; out: GetAccountPasswordPolicyResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly GetAccountSummary: { in: Readonly<Record<string, never>>; out: GetAccountSummaryResponse; code: 'ServiceFailure' }
  readonly GetContextKeysForCustomPolicy: { in: GetContextKeysForCustomPolicyRequest; out: GetContextKeysForPolicyResponse; code: 'InvalidInput' }
  readonly GetContextKeysForPrincipalPolicy: { in: GetContextKeysForPrincipalPolicyRequest; out: GetContextKeysForPolicyResponse; code: 'NoSuchEntity' | 'InvalidInput' }
  readonly GetCredentialReport: { in: Readonly<Record<string, never>>; out: GetCredentialReportResponse; code: 'ReportNotPresent' | 'ReportExpired' | 'ReportInProgress' | 'ServiceFailure' }
  readonly GetDelegationRequest: { in: GetDelegationRequestRequest; out: GetDelegationRequestResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly GetGroup: { in: GetGroupRequest; out: GetGroupResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly GetGroupPolicy: { in: GetGroupPolicyRequest; out: GetGroupPolicyResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly GetHumanReadableSummary: { in: GetHumanReadableSummaryRequest; out: GetHumanReadableSummaryResponse; code: 'InvalidInput' | 'NoSuchEntity' | 'ServiceFailure' }
  readonly GetInstanceProfile: { in: GetInstanceProfileRequest; out: GetInstanceProfileResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly GetLoginProfile: { in: GetLoginProfileRequest; out: GetLoginProfileResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly GetMFADevice: { in: GetMFADeviceRequest; out: GetMFADeviceResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly GetOpenIDConnectProvider: { in: GetOpenIDConnectProviderRequest; out: GetOpenIDConnectProviderResponse; code: 'InvalidInput' | 'NoSuchEntity' | 'ServiceFailure' }
  readonly GetOrganizationsAccessReport: { in: GetOrganizationsAccessReportRequest; out: GetOrganizationsAccessReportResponse; code: 'NoSuchEntity' }
  readonly GetOutboundWebIdentityFederationInfo: { in: Readonly<Record<string, never>>; out: GetOutboundWebIdentityFederationInfoResponse; code: 'FeatureDisabled' }
  readonly GetPolicy: { in: GetPolicyRequest; out: GetPolicyResponse; code: 'NoSuchEntity' | 'InvalidInput' | 'ServiceFailure' }
  readonly GetPolicyVersion: { in: GetPolicyVersionRequest; out: GetPolicyVersionResponse; code: 'NoSuchEntity' | 'InvalidInput' | 'ServiceFailure' }
  readonly GetRole: { in: GetRoleRequest; out: GetRoleResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly GetRolePolicy: { in: GetRolePolicyRequest; out: GetRolePolicyResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly GetSAMLProvider: { in: GetSAMLProviderRequest; out: GetSAMLProviderResponse; code: 'NoSuchEntity' | 'InvalidInput' | 'ServiceFailure' }
  readonly GetSSHPublicKey: { in: GetSSHPublicKeyRequest; out: GetSSHPublicKeyResponse; code: 'NoSuchEntity' | 'UnrecognizedPublicKeyEncoding' }
  readonly GetServerCertificate: { in: GetServerCertificateRequest; out: GetServerCertificateResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly GetServiceLastAccessedDetails: { in: GetServiceLastAccessedDetailsRequest; out: GetServiceLastAccessedDetailsResponse; code: 'NoSuchEntity' | 'InvalidInput' }
  readonly GetServiceLastAccessedDetailsWithEntities: { in: GetServiceLastAccessedDetailsWithEntitiesRequest; out: GetServiceLastAccessedDetailsWithEntitiesResponse; code: 'NoSuchEntity' | 'InvalidInput' }
  readonly GetServiceLinkedRoleDeletionStatus: { in: GetServiceLinkedRoleDeletionStatusRequest; out: GetServiceLinkedRoleDeletionStatusResponse; code: 'NoSuchEntity' | 'InvalidInput' | 'ServiceFailure' }
  readonly GetUser: { in: GetUserRequest; out: GetUserResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly GetUserPolicy: { in: GetUserPolicyRequest; out: GetUserPolicyResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly ListAccessKeys: { in: ListAccessKeysRequest; out: ListAccessKeysResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly ListAccountAliases: { in: ListAccountAliasesRequest; out: ListAccountAliasesResponse; code: 'ServiceFailure' }
  readonly ListAttachedGroupPolicies: { in: ListAttachedGroupPoliciesRequest; out: ListAttachedGroupPoliciesResponse; code: 'NoSuchEntity' | 'InvalidInput' | 'ServiceFailure' }
  readonly ListAttachedRolePolicies: { in: ListAttachedRolePoliciesRequest; out: ListAttachedRolePoliciesResponse; code: 'NoSuchEntity' | 'InvalidInput' | 'ServiceFailure' }
  readonly ListAttachedUserPolicies: { in: ListAttachedUserPoliciesRequest; out: ListAttachedUserPoliciesResponse; code: 'NoSuchEntity' | 'InvalidInput' | 'ServiceFailure' }
  readonly ListDelegationRequests: { in: ListDelegationRequestsRequest; out: ListDelegationRequestsResponse; code: 'NoSuchEntity' | 'ServiceFailure' | 'InvalidInput' }
  readonly ListEntitiesForPolicy: { in: ListEntitiesForPolicyRequest; out: ListEntitiesForPolicyResponse; code: 'NoSuchEntity' | 'InvalidInput' | 'ServiceFailure' }
  readonly ListGroupPolicies: { in: ListGroupPoliciesRequest; out: ListGroupPoliciesResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly ListGroups: { in: ListGroupsRequest; out: ListGroupsResponse; code: 'ServiceFailure' }
  readonly ListGroupsForUser: { in: ListGroupsForUserRequest; out: ListGroupsForUserResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly ListInstanceProfileTags: { in: ListInstanceProfileTagsRequest; out: ListInstanceProfileTagsResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly ListInstanceProfiles: { in: ListInstanceProfilesRequest; out: ListInstanceProfilesResponse; code: 'ServiceFailure' }
  readonly ListInstanceProfilesForRole: { in: ListInstanceProfilesForRoleRequest; out: ListInstanceProfilesForRoleResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly ListMFADeviceTags: { in: ListMFADeviceTagsRequest; out: ListMFADeviceTagsResponse; code: 'NoSuchEntity' | 'InvalidInput' | 'ServiceFailure' }
  readonly ListMFADevices: { in: ListMFADevicesRequest; out: ListMFADevicesResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly ListOpenIDConnectProviderTags: { in: ListOpenIDConnectProviderTagsRequest; out: ListOpenIDConnectProviderTagsResponse; code: 'NoSuchEntity' | 'ServiceFailure' | 'InvalidInput' }
  readonly ListOpenIDConnectProviders: { in: ListOpenIDConnectProvidersRequest; out: ListOpenIDConnectProvidersResponse; code: 'ServiceFailure' }
  readonly ListOrganizationsFeatures: { in: ListOrganizationsFeaturesRequest; out: ListOrganizationsFeaturesResponse; code: 'ServiceAccessNotEnabledException' | 'AccountNotManagementOrDelegatedAdministratorException' | 'OrganizationNotFoundException' | 'OrganizationNotInAllFeaturesModeException' }
  readonly ListPolicies: { in: ListPoliciesRequest; out: ListPoliciesResponse; code: 'ServiceFailure' }
  readonly ListPoliciesGrantingServiceAccess: { in: ListPoliciesGrantingServiceAccessRequest; out: ListPoliciesGrantingServiceAccessResponse; code: 'NoSuchEntity' | 'InvalidInput' }
  readonly ListPolicyTags: { in: ListPolicyTagsRequest; out: ListPolicyTagsResponse; code: 'NoSuchEntity' | 'ServiceFailure' | 'InvalidInput' }
  readonly ListPolicyVersions: { in: ListPolicyVersionsRequest; out: ListPolicyVersionsResponse; code: 'NoSuchEntity' | 'InvalidInput' | 'ServiceFailure' }
  readonly ListRolePolicies: { in: ListRolePoliciesRequest; out: ListRolePoliciesResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly ListRoleTags: { in: ListRoleTagsRequest; out: ListRoleTagsResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly ListRoles: { in: ListRolesRequest; out: ListRolesResponse; code: 'ServiceFailure' }
  readonly ListSAMLProviderTags: { in: ListSAMLProviderTagsRequest; out: ListSAMLProviderTagsResponse; code: 'NoSuchEntity' | 'ServiceFailure' | 'InvalidInput' }
  readonly ListSAMLProviders: { in: ListSAMLProvidersRequest; out: ListSAMLProvidersResponse; code: 'ServiceFailure' }
  readonly ListSSHPublicKeys: { in: ListSSHPublicKeysRequest; out: ListSSHPublicKeysResponse; code: 'NoSuchEntity' }
  readonly ListServerCertificateTags: { in: ListServerCertificateTagsRequest; out: ListServerCertificateTagsResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly ListServerCertificates: { in: ListServerCertificatesRequest; out: ListServerCertificatesResponse; code: 'ServiceFailure' }
  readonly ListServiceSpecificCredentials: { in: ListServiceSpecificCredentialsRequest; out: ListServiceSpecificCredentialsResponse; code: 'NoSuchEntity' | 'NotSupportedService' }
  readonly ListSigningCertificates: { in: ListSigningCertificatesRequest; out: ListSigningCertificatesResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly ListUserPolicies: { in: ListUserPoliciesRequest; out: ListUserPoliciesResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly ListUserTags: { in: ListUserTagsRequest; out: ListUserTagsResponse; code: 'NoSuchEntity' | 'ServiceFailure' }
  readonly ListUsers: { in: ListUsersRequest; out: ListUsersResponse; code: 'ServiceFailure' }
  readonly ListVirtualMFADevices: { in: ListVirtualMFADevicesRequest; out: ListVirtualMFADevicesResponse; code: never }
  readonly PutGroupPolicy: { in: PutGroupPolicyRequest; out: void; code: 'LimitExceeded' | 'MalformedPolicyDocument' | 'NoSuchEntity' | 'ServiceFailure' }
  readonly PutRolePermissionsBoundary: { in: PutRolePermissionsBoundaryRequest; out: void; code: 'NoSuchEntity' | 'InvalidInput' | 'UnmodifiableEntity' | 'PolicyNotAttachable' | 'ServiceFailure' }
  readonly PutRolePolicy: { in: PutRolePolicyRequest; out: void; code: 'LimitExceeded' | 'MalformedPolicyDocument' | 'NoSuchEntity' | 'UnmodifiableEntity' | 'ServiceFailure' }
  readonly PutUserPermissionsBoundary: { in: PutUserPermissionsBoundaryRequest; out: void; code: 'NoSuchEntity' | 'InvalidInput' | 'PolicyNotAttachable' | 'ServiceFailure' }
  readonly PutUserPolicy: { in: PutUserPolicyRequest; out: void; code: 'LimitExceeded' | 'MalformedPolicyDocument' | 'NoSuchEntity' | 'ServiceFailure' }
  readonly RejectDelegationRequest: { in: RejectDelegationRequestRequest; out: void; code: 'NoSuchEntity' | 'ServiceFailure' | 'ConcurrentModification' | 'InvalidInput' }
  readonly RemoveClientIDFromOpenIDConnectProvider: { in: RemoveClientIDFromOpenIDConnectProviderRequest; out: void; code: 'ConcurrentModification' | 'InvalidInput' | 'NoSuchEntity' | 'ServiceFailure' }
  readonly RemoveRoleFromInstanceProfile: { in: RemoveRoleFromInstanceProfileRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'UnmodifiableEntity' | 'ServiceFailure' }
  readonly RemoveUserFromGroup: { in: RemoveUserFromGroupRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' }
  readonly ResetServiceSpecificCredential: { in: ResetServiceSpecificCredentialRequest; out: ResetServiceSpecificCredentialResponse; code: 'NoSuchEntity' }
  readonly ResyncMFADevice: { in: ResyncMFADeviceRequest; out: void; code: 'InvalidAuthenticationCode' | 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' | 'ConcurrentModification' }
  readonly SendDelegationToken: { in: SendDelegationTokenRequest; out: void; code: 'NoSuchEntity' | 'ServiceFailure' | 'ConcurrentModification' | 'InvalidInput' }
  readonly SetDefaultPolicyVersion: { in: SetDefaultPolicyVersionRequest; out: void; code: 'NoSuchEntity' | 'InvalidInput' | 'LimitExceeded' | 'ServiceFailure' }
  readonly SetSecurityTokenServicePreferences: { in: SetSecurityTokenServicePreferencesRequest; out: void; code: 'ServiceFailure' }
  readonly SimulateCustomPolicy: { in: SimulateCustomPolicyRequest; out: SimulatePolicyResponse; code: 'InvalidInput' | 'PolicyEvaluation' }
  readonly SimulatePrincipalPolicy: { in: SimulatePrincipalPolicyRequest; out: SimulatePolicyResponse; code: 'NoSuchEntity' | 'InvalidInput' | 'PolicyEvaluation' }
  readonly TagInstanceProfile: { in: TagInstanceProfileRequest; out: void; code: 'NoSuchEntity' | 'InvalidInput' | 'LimitExceeded' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly TagMFADevice: { in: TagMFADeviceRequest; out: void; code: 'InvalidInput' | 'NoSuchEntity' | 'LimitExceeded' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly TagOpenIDConnectProvider: { in: TagOpenIDConnectProviderRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'InvalidInput' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly TagPolicy: { in: TagPolicyRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'InvalidInput' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly TagRole: { in: TagRoleRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'InvalidInput' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly TagSAMLProvider: { in: TagSAMLProviderRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'InvalidInput' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly TagServerCertificate: { in: TagServerCertificateRequest; out: void; code: 'NoSuchEntity' | 'InvalidInput' | 'LimitExceeded' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly TagUser: { in: TagUserRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'InvalidInput' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly UntagInstanceProfile: { in: UntagInstanceProfileRequest; out: void; code: 'NoSuchEntity' | 'InvalidInput' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly UntagMFADevice: { in: UntagMFADeviceRequest; out: void; code: 'NoSuchEntity' | 'InvalidInput' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly UntagOpenIDConnectProvider: { in: UntagOpenIDConnectProviderRequest; out: void; code: 'NoSuchEntity' | 'InvalidInput' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly UntagPolicy: { in: UntagPolicyRequest; out: void; code: 'NoSuchEntity' | 'InvalidInput' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly UntagRole: { in: UntagRoleRequest; out: void; code: 'NoSuchEntity' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly UntagSAMLProvider: { in: UntagSAMLProviderRequest; out: void; code: 'NoSuchEntity' | 'InvalidInput' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly UntagServerCertificate: { in: UntagServerCertificateRequest; out: void; code: 'NoSuchEntity' | 'InvalidInput' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly UntagUser: { in: UntagUserRequest; out: void; code: 'NoSuchEntity' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly UpdateAccessKey: { in: UpdateAccessKeyRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' | 'InvalidInput' }
  readonly UpdateAccountPasswordPolicy: { in: UpdateAccountPasswordPolicyRequest; out: void; code: 'NoSuchEntity' | 'MalformedPolicyDocument' | 'LimitExceeded' | 'ServiceFailure' }
  readonly UpdateAssumeRolePolicy: { in: UpdateAssumeRolePolicyRequest; out: void; code: 'NoSuchEntity' | 'MalformedPolicyDocument' | 'LimitExceeded' | 'UnmodifiableEntity' | 'ServiceFailure' }
  readonly UpdateDelegationRequest: { in: UpdateDelegationRequestRequest; out: void; code: 'NoSuchEntity' | 'ServiceFailure' | 'ConcurrentModification' | 'InvalidInput' }
  readonly UpdateGroup: { in: UpdateGroupRequest; out: void; code: 'NoSuchEntity' | 'EntityAlreadyExists' | 'LimitExceeded' | 'ServiceFailure' }
  readonly UpdateLoginProfile: { in: UpdateLoginProfileRequest; out: void; code: 'EntityTemporarilyUnmodifiable' | 'NoSuchEntity' | 'PasswordPolicyViolation' | 'LimitExceeded' | 'ServiceFailure' }
  readonly UpdateOpenIDConnectProviderThumbprint: { in: UpdateOpenIDConnectProviderThumbprintRequest; out: void; code: 'ConcurrentModification' | 'InvalidInput' | 'NoSuchEntity' | 'ServiceFailure' }
  readonly UpdateRole: { in: UpdateRoleRequest; out: UpdateRoleResponse; code: 'UnmodifiableEntity' | 'NoSuchEntity' | 'ServiceFailure' }
  readonly UpdateRoleDescription: { in: UpdateRoleDescriptionRequest; out: UpdateRoleDescriptionResponse; code: 'NoSuchEntity' | 'UnmodifiableEntity' | 'ServiceFailure' }
  readonly UpdateSAMLProvider: { in: UpdateSAMLProviderRequest; out: UpdateSAMLProviderResponse; code: 'NoSuchEntity' | 'InvalidInput' | 'LimitExceeded' | 'ServiceFailure' | 'ConcurrentModification' }
  readonly UpdateSSHPublicKey: { in: UpdateSSHPublicKeyRequest; out: void; code: 'NoSuchEntity' | 'InvalidInput' }
  readonly UpdateServerCertificate: { in: UpdateServerCertificateRequest; out: void; code: 'NoSuchEntity' | 'EntityAlreadyExists' | 'LimitExceeded' | 'ServiceFailure' }
  readonly UpdateServiceSpecificCredential: { in: UpdateServiceSpecificCredentialRequest; out: void; code: 'NoSuchEntity' }
  readonly UpdateSigningCertificate: { in: UpdateSigningCertificateRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'ServiceFailure' | 'InvalidInput' }
  readonly UpdateUser: { in: UpdateUserRequest; out: void; code: 'NoSuchEntity' | 'LimitExceeded' | 'EntityAlreadyExists' | 'EntityTemporarilyUnmodifiable' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly UploadSSHPublicKey: { in: UploadSSHPublicKeyRequest; out: UploadSSHPublicKeyResponse; code: 'LimitExceeded' | 'NoSuchEntity' | 'InvalidPublicKey' | 'DuplicateSSHPublicKey' | 'UnrecognizedPublicKeyEncoding' }
  readonly UploadServerCertificate: { in: UploadServerCertificateRequest; out: UploadServerCertificateResponse; code: 'LimitExceeded' | 'InvalidInput' | 'EntityAlreadyExists' | 'MalformedCertificate' | 'KeyPairMismatch' | 'ConcurrentModification' | 'ServiceFailure' }
  readonly UploadSigningCertificate: { in: UploadSigningCertificateRequest; out: UploadSigningCertificateResponse; code: 'LimitExceeded' | 'EntityAlreadyExists' | 'MalformedCertificate' | 'InvalidCertificate' | 'DuplicateCertificate' | 'NoSuchEntity' | 'ConcurrentModification' | 'ServiceFailure' }
}
