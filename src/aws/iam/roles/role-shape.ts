import { iamArn } from '../../../kernel/arn.ts'
import type { Role } from '../../../reference/aws/iam-shapes.gen.ts'
import type { RoleRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { boundaryShape } from '../boundaries/boundary-shape.ts'
import { shownTrust } from './shown-trust.ts'

/**
 * Returns a role in the form of the API. `full`: with tags and boundary, which lists leave out (IAM
 * API reference, ListRoles).
 */
export async function roleShape(
  record: RoleRecord,
  partition: string,
  reads: Pick<Reads, 'find' | 'linked'>,
  { full = false } = {},
): Promise<Role> {
  const { account, name, path, permissionsBoundary, tags, description } = record
  return {
    Path: path,
    RoleName: name,
    RoleId: record.id,
    Arn: iamArn({ partition, account }, 'role', name, path),
    CreateDate: new Date(record.createdAt),
    AssumeRolePolicyDocument: await shownTrust(record, reads),
    Description: description,
    MaxSessionDuration: record.maxSessionDurationSeconds,
    PermissionsBoundary: full ? boundaryShape(permissionsBoundary) : undefined,
    Tags: full && tags.length > 0 ? tags : undefined,
  }
}
