import { setImmediate } from 'node:timers/promises'
import type { RecordKind } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { operation } from '../../operation.ts'
import { keysOfUser } from '../access-keys/keys-of-user.ts'
import { iamModel } from '../iam-model.ts'
import { ownedBy, ownerId } from '../owned-by-user.ts'
import { everyRecord } from '../paging.ts'
import { quotas } from '../quotas.ts'

/** The number of policies read per turn of the event loop: each record includes its documents. */
const batch = 50

/**
 * Returns the numbers of entities and their quotas (IAM API reference, GetAccountSummary). Every
 * key of AWS is present, because scripts read them by name; for features that Gatehouse does not
 * have, the number and the quota are 0.
 */
export const getAccountSummary = operation(iamModel('GetAccountSummary'), {
  authorize: () => ({ resource: '*' }),
  async handle(_input, { account }, _found, reads) {
    const devices = (await everyRecord(reads, 'mfaDevice', account)).map(({ record }) => record)
    const count = (kind: RecordKind) => reads.count(kind, account)
    const { globalEndpointTokenVersion: tokenVersion } =
      (await reads.find('account', account, 'account')) ?? {}
    const ofRoot = await keysOfUser(reads, account, undefined)
    const certificatesOfRoot = await ownedBy(
      reads,
      'signingCertificate',
      account,
      ownerId(undefined, account),
    )
    return {
      SummaryMap: {
        Users: await count('user'),
        UsersQuota: quotas.users,
        Groups: await count('group'),
        GroupsQuota: quotas.groups,
        Roles: await count('role'),
        RolesQuota: quotas.roles,
        Policies: await count('policy'),
        PoliciesQuota: quotas.policies,
        PolicySizeQuota: quotas.policyCharacters,
        PolicyVersionsInUse: await policyVersions(reads, account),
        PolicyVersionsInUseQuota: quotas.policies * quotas.versionsPerPolicy,
        VersionsPerPolicyQuota: quotas.versionsPerPolicy,
        Providers: (await count('oidcProvider')) + (await count('samlProvider')),
        GroupsPerUserQuota: quotas.groupsPerUser,
        AccessKeysPerUserQuota: quotas.accessKeysPerUser,
        AttachedPoliciesPerUserQuota: quotas.attachedPolicies,
        AttachedPoliciesPerGroupQuota: quotas.attachedPolicies,
        AttachedPoliciesPerRoleQuota: quotas.attachedPolicies,
        UserPolicySizeQuota: quotas.inlineCharacters.user,
        GroupPolicySizeQuota: quotas.inlineCharacters.group,
        RolePolicySizeQuota: quotas.inlineCharacters.role,
        MFADevices: devices.length,
        MFADevicesInUse: devices.filter(({ enabled }) => enabled).length,
        AssumeRolePolicySizeQuota: quotas.trustPolicyCharacters,
        AccountAccessKeysPresent: ofRoot.length > 0 ? 1 : 0,
        AccountMFAEnabled: 0,
        AccountPasswordPresent: 0,
        AccountSigningCertificatesPresent: certificatesOfRoot.length > 0 ? 1 : 0,
        GlobalEndpointTokenVersion: tokenVersion ?? 2,
        InstanceProfiles: await count('instanceProfile'),
        InstanceProfilesQuota: quotas.instanceProfiles,
        ServerCertificates: await count('serverCertificate'),
        ServerCertificatesQuota: quotas.serverCertificates,
        SigningCertificatesPerUserQuota: quotas.signingCertificatesPerUser,
      },
    }
  },
})

async function policyVersions(reads: Pick<Reads, 'list'>, account: string): Promise<number> {
  for (let [after, versions] = ['', 0]; ; ) {
    const rows = await reads.list('policy', account, { limit: batch, after })
    versions += rows.reduce((sum, { record }) => sum + record.versions.length, 0)
    if (rows.length < batch) return versions
    after = rows.at(-1)!.key
    await setImmediate()
  }
}
