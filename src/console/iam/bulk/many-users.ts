import { listOf } from '../../fields.ts'
import { aUser } from '../entity-forms/subject.ts'
import { userRemoval, userRemovalCalls } from '../removals/user-removal.ts'
import { users } from '../users.ts'
import { type Doing, eachOf } from './doing.ts'
import { groupsField } from './fields.ts'
import { manyPage } from './many-page.ts'
import { attachDoings, boundaryDoings, deletion, endDoing, tagDoings } from './subject-doings.ts'
import { words } from './words.ts'

const said = words.tasks

const groupDoings: readonly Doing[] = [
  {
    ...{ id: 'join', fields: [groupsField], calls: ['iam:AddUserToGroup'] },
    turnOf: (_call, UserName, { GroupName: groups }) =>
      eachOf(listOf(groups), said.join, (call, GroupName) =>
        call('iam:AddUserToGroup', { UserName, GroupName }),
      ),
  },
  {
    ...{ id: 'leave', fields: [groupsField], calls: ['iam:RemoveUserFromGroup'] },
    turnOf: (_call, UserName, { GroupName: groups }) =>
      eachOf(listOf(groups), said.leave, (call, GroupName) =>
        call('iam:RemoveUserFromGroup', { UserName, GroupName }),
      ),
  },
]

const deactivation: Doing = {
  ...{ id: 'deactivate', fields: [], calls: ['iam:ListAccessKeys', 'iam:UpdateAccessKey'] },
  async turnOf(call, UserName) {
    const { AccessKeyMetadata } = await call('iam:ListAccessKeys', { UserName })
    const active = AccessKeyMetadata.filter(({ Status }) => Status === 'Active')
    const ids = active.map(({ AccessKeyId = '' }) => AccessKeyId)
    return eachOf(ids, said.deactivate, (now, AccessKeyId) =>
      now('iam:UpdateAccessKey', { UserName, AccessKeyId, Status: 'Inactive' }),
    )
  },
}

/** `/console/users/~selected`. */
export const manyUsers = manyPage({
  list: users,
  name: aUser.name,
  words: words.users,
  doings: [
    ...attachDoings(aUser),
    ...groupDoings,
    ...boundaryDoings(aUser),
    ...tagDoings(aUser),
    deactivation,
    endDoing('user'),
    deletion(userRemovalCalls, userRemoval, 5),
  ],
})
