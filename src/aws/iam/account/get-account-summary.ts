import { linkTo } from '../../../store/links.ts'
import type { RecordKind } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { operation } from '../../operation.ts'
import { keysOfUser } from '../access-keys/keys-of-user.ts'
import { iamModel } from '../iam-model.ts'
import { devicesOfUser } from '../mfa-devices/mfa-device.ts'
import { ownedBy, ownerId } from '../owned-by-user.ts'
import { quotas } from '../quotas.ts'

/**
 * Returns the numbers of entities and their quotas (IAM API reference, GetAccountSummary). Every
 * key of AWS is present, because scripts read them by name; for features that Gatehouse does not
 * have, the number and the quota are 0.
 */
export const getAccountSummary = operation(iamModel('GetAccountSummary'), {
  authorize: () => ({ resource: '*' }),
  async handle(_input, { account, quotas: most }, _found, reads) {
    const count = (kind: RecordKind) => reads.count(kind, account)
    const { globalEndpointTokenVersion: tokenVersion } =
      (await reads.find('account', account, 'account')) ?? {}
    const ofRoot = await keysOfUser(reads, account, undefined)
    const devicesOfRoot = await devicesOfUser(reads, account, undefined)
    const passwordOfRoot = await reads.find('loginProfile', account, account)
    const certificatesOfRoot = await ownedBy(
      reads,
      'signingCertificate',
      account,
      ownerId(undefined, account),
    )
    return {
      SummaryMap: {
        Users: await count('user'),
        UsersQuota: most.users,
        Groups: await count('group'),
        GroupsQuota: most.groups,
        Roles: await count('role'),
        RolesQuota: most.roles,
        Policies: await count('policy'),
        PoliciesQuota: most.policies,
        PolicySizeQuota: quotas.policyCharacters,
        PolicyVersionsInUse: await policyVersions(reads, account),
        PolicyVersionsInUseQuota: most.policies * quotas.versionsPerPolicy,
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
        MFADevices: await count('mfaDevice'),
        MFADevicesInUse: await reads.countLinked('mfaDevice', account, linkTo.enabled()),
        AssumeRolePolicySizeQuota: quotas.trustPolicyCharacters,
        AccountAccessKeysPresent: ofRoot.length > 0 ? 1 : 0,
        AccountMFAEnabled: devicesOfRoot.length > 0 ? 1 : 0,
        AccountPasswordPresent: passwordOfRoot ? 1 : 0,
        AccountSigningCertificatesPresent: certificatesOfRoot.length > 0 ? 1 : 0,
        GlobalEndpointTokenVersion: tokenVersion ?? 2,
        InstanceProfiles: await count('instanceProfile'),
        InstanceProfilesQuota: most.instanceProfiles,
        ServerCertificates: await count('serverCertificate'),
        ServerCertificatesQuota: most.serverCertificates,
        SigningCertificatesPerUserQuota: quotas.signingCertificatesPerUser,
      },
    }
  },
})

/** Adds up the policies that have a first version, those that have a second, and so on. */
async function policyVersions(reads: Pick<Reads, 'countLinked'>, account: string): Promise<number> {
  for (let [number, versions] = [1, 0]; ; number++) {
    const found = await reads.countLinked('policy', account, linkTo.version(number))
    if (found === 0) return versions
    versions += found
  }
}
