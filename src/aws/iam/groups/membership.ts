import { groupOf, membershipOf } from '../../../store/memberships.ts'
import type { GroupRecord, UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
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
  change: (groups: readonly string[], named: readonly string[]) => readonly string[],
) {
  return operation(iamModel(name), {
    writes: true,
    locate: ({ GroupName }, call, reads) => findNamed(reads, 'group', call, GroupName),
    authorize: ({ GroupName }, call, found) => namedTarget('group', call, GroupName, found),

    async handle({ GroupName, UserName }, call, found, writes) {
      const named = await membershipsNamed(GroupName, call.account, { found, reads: writes })
      const user: UserRecord = changeable(
        await findNamed(writes, 'user', call, UserName),
        'user',
        UserName,
        call,
      )
      // A user stays a member of a group that was removed from the settings file, and is denied
      // everything until removed from the group: removal has to work although the group does not
      // exist.
      if (!user.groups.some((one) => named.includes(one))) existing(found, 'group', GroupName, call)
      const groups = change(user.groups, named)
      if (groups.length > quotas.groupsPerUser)
        throw call.fault(
          'LimitExceeded',
          `Cannot exceed quota for GroupsPerUser: ${quotas.groupsPerUser}`,
        )
      await writes.update('user', call.account, user.name.toLowerCase(), { ...user, groups })
    },
  })
}

/**
 * Returns what members of the group have, first that of the group which has the name now. The name
 * may also be that of a group which is gone, or its unique id.
 */
async function membershipsNamed(
  name: string,
  account: string,
  {
    found,
    reads,
  }: { readonly found: GroupRecord | undefined; readonly reads: Pick<Reads, 'find'> },
): Promise<readonly string[]> {
  const named = found ? [membershipOf(found)] : []
  for (const gone of [name.toLowerCase(), name])
    if (!(await groupOf(reads, account, gone))) named.push(gone)
  return named
}

export const addUserToGroup = membership('AddUserToGroup', (groups, named) =>
  groups.includes(named[0]!)
    ? groups
    : [...groups.filter((one) => !named.includes(one)), named[0]!],
)
export const removeUserFromGroup = membership('RemoveUserFromGroup', (groups, named) =>
  groups.filter((one) => !named.includes(one)),
)
