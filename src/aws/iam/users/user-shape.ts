import { iamArn } from '../../../kernel/arn.ts'
import type { User } from '../../../reference/aws/iam-shapes.gen.ts'
import type { UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { boundaryShape } from '../boundaries/boundary-shape.ts'
import { profileOf } from '../login-profiles/login-profile.ts'

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

/** With when the user last signed in by password, which only GetUser and ListUsers tell. */
export async function userShapeWithUse(
  reads: Pick<Reads, 'find'>,
  record: UserRecord,
  partition: string,
  full: boolean,
): Promise<User> {
  const used = (await profileOf(record, reads))?.lastUsedAt
  return {
    ...userShape(record, partition, full),
    PasswordLastUsed: used === undefined ? undefined : new Date(used),
  }
}
