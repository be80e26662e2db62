import { iamArn } from '../../../kernel/arn.ts'
import type { Group } from '../../../reference/aws/iam-shapes.gen.ts'
import type { GroupRecord } from '../../../store/records.ts'

/** Returns a group in the form of the API. */
export function groupShape(
  { account, name, path, id, createdAt }: GroupRecord,
  partition: string,
): Group {
  return {
    Path: path,
    GroupName: name,
    GroupId: id,
    Arn: iamArn({ partition, account }, 'group', name, path),
    CreateDate: new Date(createdAt),
  }
}
