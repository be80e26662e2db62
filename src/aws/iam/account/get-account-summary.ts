import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { everyRecord } from '../paging.ts'
import { quotas } from '../quotas.ts'

/** How much there is, and how much there may be (IAM API reference, GetAccountSummary). */
export const getAccountSummary = operation(iamModel('GetAccountSummary'), {
  authorize: () => ({ resource: '*' }),
  async handle(_input, { account }, _found, reads) {
    const devices = (await everyRecord(reads, 'mfaDevice', account)).map(({ record }) => record)
    const [Users, Groups, Roles, Policies, Providers] = await Promise.all((['user', 'group', 'role', 'policy', 'oidcProvider'] as const).map((kind) => reads.count(kind, account)))
    return {
      SummaryMap: {
        Users: Users!, UsersQuota: quotas.users, Groups: Groups!, GroupsQuota: quotas.groups, Roles: Roles!, RolesQuota: quotas.roles,
        Policies: Policies!, PoliciesQuota: quotas.policies, PolicySizeQuota: quotas.policyCharacters, PolicyVersionsInUseQuota: quotas.policies * quotas.versionsPerPolicy,
        VersionsPerPolicyQuota: quotas.versionsPerPolicy, Providers: Providers!, GroupsPerUserQuota: quotas.groupsPerUser, AccessKeysPerUserQuota: quotas.accessKeysPerUser,
        AttachedPoliciesPerUserQuota: quotas.attachedPolicies, AttachedPoliciesPerGroupQuota: quotas.attachedPolicies, AttachedPoliciesPerRoleQuota: quotas.attachedPolicies,
        UserPolicySizeQuota: quotas.inlineCharacters.user, GroupPolicySizeQuota: quotas.inlineCharacters.group, RolePolicySizeQuota: quotas.inlineCharacters.role,
        MFADevices: devices.length, MFADevicesInUse: devices.filter(({ enabled }) => enabled).length, AccountMFAEnabled: 0,
        AssumeRolePolicySizeQuota: quotas.trustPolicyCharacters,
      },
    }
  },
})
