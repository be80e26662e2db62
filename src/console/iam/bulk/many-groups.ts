import { listOf } from '../../fields.ts'
import { aGroup } from '../entity-forms/subject.ts'
import { groups } from '../groups.ts'
import { groupRemoval, groupRemovalCalls } from '../removals/group-removal.ts'
import { type Doing, eachOf } from './doing.ts'
import { usersField } from './fields.ts'
import { manyPage } from './many-page.ts'
import { attachDoings, deletion } from './subject-doings.ts'
import { words } from './words.ts'

const said = words.tasks

const memberDoings: readonly Doing[] = [
  {
    ...{ id: 'add', fields: [usersField], calls: ['iam:AddUserToGroup'] },
    turnOf: (_call, GroupName, { UserName: users }) =>
      eachOf(listOf(users), said.add, (call, UserName) =>
        call('iam:AddUserToGroup', { UserName, GroupName }),
      ),
  },
  {
    ...{ id: 'drop', fields: [usersField], calls: ['iam:RemoveUserFromGroup'] },
    turnOf: (_call, GroupName, { UserName: users }) =>
      eachOf(listOf(users), said.drop, (call, UserName) =>
        call('iam:RemoveUserFromGroup', { UserName, GroupName }),
      ),
  },
]

/** `/console/groups/~selected`. */
export const manyGroups = manyPage({
  list: groups,
  name: aGroup.name,
  words: words.groups,
  doings: [...attachDoings(aGroup), ...memberDoings, deletion(groupRemovalCalls, groupRemoval, 2)],
})
