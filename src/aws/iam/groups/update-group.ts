import { iamArn } from '../../../kernel/arn.ts'
import { linkTo } from '../../../store/links.ts'
import type { Writes } from '../../../store/store.ts'
import { operation } from '../../operation.ts'
import { changeable, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'

/** Changes name or path and keeps the members. Decided on both the old and the new ARN. */
export const updateGroup = operation(iamModel('UpdateGroup'), {
  writes: true,
  locate: ({ GroupName }, call, reads) => findNamed(reads, 'group', call, GroupName),

  authorize: ({ GroupName, NewGroupName, NewPath }, call, found) => [
    namedTarget('group', call, GroupName, found),
    {
      resource: iamArn(
        { partition: call.caller.partition, account: call.account },
        'group',
        NewGroupName ?? found?.name ?? GroupName,
        NewPath ?? found?.path,
      ),
    },
  ],

  async handle({ GroupName, NewGroupName, NewPath }, call, found, writes) {
    const record = changeable(found, 'group', GroupName, call)
    const { account, fault } = call
    const changed = { ...record, name: NewGroupName ?? record.name, path: NewPath ?? record.path }
    const [before, after] = [record.name.toLowerCase(), changed.name.toLowerCase()]
    if (before === after) return void (await writes.update('group', account, before, changed))
    if (!(await writes.insert('group', account, after, changed)))
      throw fault('EntityAlreadyExists', `Group with name ${changed.name} already exists.`)
    await writes.remove('group', account, before)
    await moveMembers(writes, account, before, after)
  },
})

async function moveMembers(
  writes: Writes,
  account: string,
  before: string,
  after: string,
): Promise<void> {
  for (;;) {
    const members = await writes.linked('user', account, linkTo.group(before), { limit: 500 })
    if (members.length === 0) return
    // A member that was already moved no longer belongs to the old group.
    for (const { key, record } of members)
      await writes.update('user', account, key, {
        ...record,
        groups: record.groups.map((name) => (name === before ? after : name)),
      })
  }
}
