import { setImmediate } from 'node:timers/promises'
import type { Reads } from '../../../store/store.ts'
import { keysOfUser } from '../access-keys/keys-of-user.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { everyRecord } from '../paging.ts'
import { quotas } from '../quotas.ts'

/** How many policies are read in one turn of the event loop: their documents come along. */
const batch = 50

/**
 * How much there is, and how much there may be (IAM API reference, GetAccountSummary). Every key that AWS tells is there, since scripts
 * read them by name; what this house has none of is 0, and so is its quota.
 */
export const getAccountSummary = operation(iamModel('GetAccountSummary'), {
  authorize: () => ({ resource: '*' }),
  async handle(_input, { account }, _found, reads) {
    const devices = (await everyRecord(reads, 'mfaDevice', account)).map(({ record }) => record)
    const count = (kind: 'user' | 'group' | 'role' | 'policy' | 'oidcProvider' | 'samlProvider') => reads.count(kind, account)
    const ofRoot = await keysOfUser(reads, account, undefined)
    return {
      SummaryMap: {
        Users: await count('user'), UsersQuota: quotas.users, Groups: await count('group'), GroupsQuota: quotas.groups, Roles: await count('role'), RolesQuota: quotas.roles,
        Policies: await count('policy'), PoliciesQuota: quotas.policies, PolicySizeQuota: quotas.policyCharacters,
        PolicyVersionsInUse: await policyVersions(reads, account), PolicyVersionsInUseQuota: quotas.policies * quotas.versionsPerPolicy,
        VersionsPerPolicyQuota: quotas.versionsPerPolicy, Providers: await count('oidcProvider') + await count('samlProvider'),
        GroupsPerUserQuota: quotas.groupsPerUser, AccessKeysPerUserQuota: quotas.accessKeysPerUser,
        AttachedPoliciesPerUserQuota: quotas.attachedPolicies, AttachedPoliciesPerGroupQuota: quotas.attachedPolicies, AttachedPoliciesPerRoleQuota: quotas.attachedPolicies,
        UserPolicySizeQuota: quotas.inlineCharacters.user, GroupPolicySizeQuota: quotas.inlineCharacters.group, RolePolicySizeQuota: quotas.inlineCharacters.role,
        MFADevices: devices.length, MFADevicesInUse: devices.filter(({ enabled }) => enabled).length,
        AssumeRolePolicySizeQuota: quotas.trustPolicyCharacters,
        AccountAccessKeysPresent: ofRoot.length > 0 ? 1 : 0, AccountMFAEnabled: 0, AccountPasswordPresent: 0, AccountSigningCertificatesPresent: 0,
        // 2: the tokens hold in every region.
        GlobalEndpointTokenVersion: 2,
        InstanceProfiles: 0, InstanceProfilesQuota: 0, ServerCertificates: 0, ServerCertificatesQuota: 0, SigningCertificatesPerUserQuota: 0,
      },
    }
  },
})

async function policyVersions(reads: Pick<Reads, 'list'>, account: string): Promise<number> {
  for (let [after, versions] = ['', 0]; ;) {
    const rows = await reads.list('policy', account, { limit: batch, after })
    versions += rows.reduce((sum, { record }) => sum + record.versions.length, 0)
    if (rows.length < batch) return versions
    after = rows.at(-1)!.key
    await setImmediate()
  }
}
