import { iamArn } from '../../../kernel/arn.ts'
import { renameGroup } from '../../../store/memberships.ts'
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
    if (!(await renameGroup(writes, record, changed)))
      throw fault('EntityAlreadyExists', `Group with name ${changed.name} already exists.`)
  },
})
