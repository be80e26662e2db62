import { iamArn } from '../../../kernel/arn.ts'
import type { Role } from '../../../reference/aws/iam-shapes.gen.ts'
import type { RoleRecord } from '../../../store/records.ts'

/** A role as the API tells it. `full`: with tags and boundary, which lists leave out (IAM API reference, ListRoles). */
export function roleShape(record: RoleRecord, partition: string, full: boolean): Role {
  const { account, name, path, permissionsBoundary, tags, description } = record
  return {
    Path: path,
    RoleName: name,
    RoleId: record.id,
    Arn: iamArn(partition, account, 'role', name, path),
    CreateDate: new Date(record.createdAt),
    AssumeRolePolicyDocument: record.trustPolicy,
    ...(description !== undefined && { Description: description }),
    MaxSessionDuration: record.maxSessionDurationSeconds,
    ...(full && permissionsBoundary !== undefined && {
      PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: permissionsBoundary },
    }),
    ...(full && tags.length > 0 && { Tags: tags }),
  }
}
