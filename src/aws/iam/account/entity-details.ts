import type {
  GroupDetail,
  ManagedPolicyDetail,
  PolicyDetail,
  RoleDetail,
  UserDetail,
} from '../../../reference/aws/iam-shapes.gen.ts'
import { groupOf } from '../../../store/memberships.ts'
import type {
  GroupRecord,
  PolicyRecord,
  RecordKinds,
  RoleRecord,
  UserRecord,
} from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { boundaryShape } from '../boundaries/boundary-shape.ts'
import type { NamedKind } from '../entity.ts'
import { groupShape } from '../groups/group-shape.ts'
import { instanceProfileShape, profilesOfRole } from '../instance-profiles/instance-profile.ts'
import { policyShape, versionShape } from '../managed-policies/policy-shape.ts'
import { policyUsage } from '../managed-policies/policy-usage.ts'
import { roleShape } from '../roles/role-shape.ts'
import { userShape } from '../users/user-shape.ts'

/** Each in the form of GetAccountAuthorizationDetails (IAM API reference, "UserDetail" and on). */

export async function userDetail(
  record: UserRecord,
  partition: string,
  reads: Pick<Reads, 'find'>,
): Promise<UserDetail> {
  const { account, groups, permissionsBoundary, tags } = record
  const found = await Promise.all(groups.map((one) => groupOf(reads, account, one)))
  const inline = inlineDetails(record)
  return {
    ...userShape(record, partition, false),
    PermissionsBoundary: boundaryShape(permissionsBoundary),
    // Left out where there is none, as the service leaves it out.
    UserPolicyList: inline.length > 0 ? inline : undefined,
    GroupList: found.flatMap((group) => (group ? [group.name] : [])),
    AttachedManagedPolicies: attachedDetails(record),
    Tags: tags,
  }
}

export function groupDetail(record: GroupRecord, partition: string): GroupDetail {
  return {
    ...groupShape(record, partition),
    GroupPolicyList: inlineDetails(record),
    AttachedManagedPolicies: attachedDetails(record),
  }
}

export async function roleDetail(
  record: RoleRecord,
  partition: string,
  reads: Pick<Reads, 'find' | 'linked'>,
): Promise<RoleDetail> {
  const { Path, RoleName, RoleId, Arn, CreateDate, AssumeRolePolicyDocument } = await roleShape(
    record,
    partition,
    reads,
  )
  const profiles = await profilesOfRole(record, reads)
  return {
    Path,
    RoleName,
    RoleId,
    Arn,
    CreateDate,
    AssumeRolePolicyDocument,
    InstanceProfileList: await Promise.all(
      profiles.map((profile) => instanceProfileShape(profile, partition, reads)),
    ),
    RolePolicyList: inlineDetails(record),
    AttachedManagedPolicies: attachedDetails(record),
    PermissionsBoundary: boundaryShape(record.permissionsBoundary),
    Tags: record.tags,
  }
}

export async function policyDetail(
  record: PolicyRecord,
  reads: Pick<Reads, 'countLinked'>,
): Promise<ManagedPolicyDetail> {
  const { defaultVersion, versions } = record
  const { Tags: _tags, ...shape } = policyShape(record, await policyUsage(record, reads), true)
  return {
    ...shape,
    PolicyVersionList: versions.map((version) => ({
      ...versionShape(version, defaultVersion),
      Document: version.document,
    })),
  }
}

function inlineDetails({ inlinePolicies }: RecordKinds[NamedKind]): readonly PolicyDetail[] {
  return Object.entries(inlinePolicies).map(([PolicyName, PolicyDocument]) => ({
    PolicyName,
    PolicyDocument,
  }))
}

function attachedDetails({ attachedPolicies }: RecordKinds[NamedKind]) {
  return attachedPolicies.map((PolicyArn) => ({
    PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1),
    PolicyArn,
  }))
}
