import type { Policy, PolicyVersion } from '../../../reference/aws/iam-shapes.gen.ts'
import type { PolicyRecord } from '../../../store/records.ts'
import type { PolicyUsage } from './policy-usage.ts'

/** A policy as the API tells it. `full`: with tags and description, which lists leave out (IAM API reference, "Policy"). */
export function policyShape(record: PolicyRecord, { attached, bounding }: PolicyUsage, full: boolean): Policy {
  const { arn, createdAt, defaultVersion, description, id, name, path, tags, versions } = record
  const updatedAt = versions.reduce((latest, version) => (version.createdAt > latest ? version.createdAt : latest), createdAt)
  return {
    PolicyName: name,
    PolicyId: id,
    Arn: arn,
    Path: path,
    DefaultVersionId: defaultVersion,
    AttachmentCount: attached,
    PermissionsBoundaryUsageCount: bounding,
    IsAttachable: true,
    ...(full && description !== undefined && { Description: description }),
    CreateDate: new Date(createdAt),
    UpdateDate: new Date(updatedAt),
    ...(full && tags.length > 0 && { Tags: tags }),
  }
}

/** A version without its document: GetPolicyVersion alone tells that. */
export function versionShape({ id, createdAt }: PolicyRecord['versions'][number], defaultVersion: string): PolicyVersion {
  return { VersionId: id, IsDefaultVersion: id === defaultVersion, CreateDate: new Date(createdAt) }
}
