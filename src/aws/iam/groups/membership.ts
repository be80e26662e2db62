import type { UserRecord } from '../../../store/records.ts'
import { operation } from '../../operation.ts'
import { changeable, existing, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { quotas } from '../quotas.ts'

/**
 * AddUserToGroup and RemoveUserFromGroup are decided on the group; the membership is stored in the
 * user's record.
 */
function membership(
  name: 'AddUserToGroup' | 'RemoveUserFromGroup',
  change: (groups: readonly string[], key: string) => readonly string[],
) {
  return operation(iamModel(name), {
    writes: true,
    locate: ({ GroupName }, call, reads) => findNamed(reads, 'group', call, GroupName),
    authorize: ({ GroupName }, call, found) => namedTarget('group', call, GroupName, found),

    async handle({ GroupName, UserName }, call, found, writes) {
      const key = GroupName.toLowerCase()
      const user: UserRecord = changeable(
        await findNamed(writes, 'user', call, UserName),
        'user',
        UserName,
        call,
      )
      // A user stays a member of a group that was removed from the settings file, and is denied
      // everything until removed from the group: removal has to work although the group does not
      // exist.
      if (!user.groups.includes(key)) existing(found, 'group', GroupName, call)
      const groups = change(user.groups, key)
      if (groups.length > quotas.groupsPerUser)
        throw call.fault(
          'LimitExceeded',
          `Cannot exceed quota for GroupsPerUser: ${quotas.groupsPerUser}`,
        )
      await writes.update('user', call.account, user.name.toLowerCase(), { ...user, groups })
    },
  })
}

export const addUserToGroup = membership('AddUserToGroup', (groups, key) =>
  groups.includes(key) ? groups : [...groups, key],
)
export const removeUserFromGroup = membership('RemoveUserFromGroup', (groups, key) =>
  groups.filter((one) => one !== key),
)
