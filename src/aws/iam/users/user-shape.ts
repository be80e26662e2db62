import { iamArn } from '../../../kernel/arn.ts'
import type { User } from '../../../reference/aws/iam-shapes.gen.ts'
import type { UserRecord } from '../../../store/records.ts'
import { boundaryShape } from '../boundaries/boundary-shape.ts'

/**
 * Returns a user in the form of the API. `full`: with tags and boundary, which lists leave out (IAM
 * API reference, ListUsers).
 */
export function userShape(record: UserRecord, partition: string, full: boolean): User {
  const { account, name, path, permissionsBoundary, tags } = record
  return {
    Path: path,
    UserName: name,
    UserId: record.id,
    Arn: iamArn({ partition, account }, 'user', name, path),
    CreateDate: new Date(record.createdAt),
    PermissionsBoundary: full ? boundaryShape(permissionsBoundary) : undefined,
    Tags: full && tags.length > 0 ? tags : undefined,
  }
}
