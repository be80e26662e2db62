import type { Policy, PolicyVersion } from '../../../reference/aws/iam-shapes.gen.ts'
import { isReadyMade } from '../../../reference/managed-policies.ts'
import type { PolicyRecord } from '../../../store/records.ts'
import type { PolicyUsage } from './policy-usage.ts'

/**
 * Returns a policy in the form of the API. `full`: with tags and description, which lists leave out
 * (IAM API reference, "Policy").
 */
export function policyShape(
  record: PolicyRecord,
  { attached, bounding }: PolicyUsage,
  full: boolean,
): Policy {
  const { arn, createdAt, defaultVersion, description, id, name, path, tags, versions } = record
  const updatedAt = versions.reduce(
    (latest, version) => (version.createdAt > latest ? version.createdAt : latest),
    createdAt,
  )
  return {
    PolicyName: name,
    PolicyId: id,
    Arn: arn,
    Path: path,
    DefaultVersionId: defaultVersion,
    AttachmentCount: attached,
    PermissionsBoundaryUsageCount: bounding,
    IsAttachable: path !== '/root-task/' || !isReadyMade(arn),
    Description: full ? description : undefined,
    CreateDate: new Date(createdAt),
    UpdateDate: new Date(updatedAt),
    Tags: full && tags.length > 0 ? tags : undefined,
  }
}

/** Returns a version without its document, which only GetPolicyVersion returns. */
export function versionShape(
  { id, createdAt }: PolicyRecord['versions'][number],
  defaultVersion: string,
): PolicyVersion {
  return { VersionId: id, IsDefaultVersion: id === defaultVersion, CreateDate: new Date(createdAt) }
}
