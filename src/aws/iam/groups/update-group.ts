import { iamArn } from '../../../kernel/arn.ts'
import { operation } from '../../operation.ts'
import { changeable, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { membersOf } from './members.ts'

/** A new name or path; the members stay. Decided on both ARNs. */
export const updateGroup = operation(iamModel('UpdateGroup'), {
  writes: true,
  locate: ({ GroupName }, call, reads) => findNamed(reads, 'group', call, GroupName),

  authorize: ({ GroupName, NewGroupName, NewPath }, call, found) => [
    namedTarget('group', call, GroupName, found),
    { resource: iamArn(call.caller.partition, call.account, 'group', NewGroupName ?? found?.name ?? GroupName, NewPath ?? found?.path) },
  ],

  async handle({ GroupName, NewGroupName, NewPath }, call, found, writes) {
    const record = changeable(found, 'group', GroupName, call)
    const { account, fault } = call
    const changed = { ...record, name: NewGroupName ?? record.name, path: NewPath ?? record.path }
    const [before, after] = [record.name.toLowerCase(), changed.name.toLowerCase()]
    if (before === after) return void await writes.update('group', account, before, changed)
    if (!(await writes.insert('group', account, after, changed))) throw fault('EntityAlreadyExists', `Group with name ${changed.name} already exists.`)
    await writes.remove('group', account, before)
    for (const user of await membersOf(writes, account, record.name)) {
      await writes.update('user', account, user.name.toLowerCase(), { ...user, groups: user.groups.map((key) => (key === before ? after : key)) })
    }
  },
})
