import { iamArn } from '../../../kernel/arn.ts'
import type { Group } from '../../../reference/aws/iam-shapes.gen.ts'
import type { GroupRecord } from '../../../store/records.ts'

/** A group as the API tells it. */
export function groupShape({ account, name, path, id, createdAt }: GroupRecord, partition: string): Group {
  return { Path: path, GroupName: name, GroupId: id, Arn: iamArn(partition, account, 'group', name, path), CreateDate: new Date(createdAt) }
}
