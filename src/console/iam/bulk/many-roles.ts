import { aRole } from '../entity-forms/subject.ts'
import { roleRemoval, roleRemovalCalls } from '../removals/role-removal.ts'
import { roles } from '../roles.ts'
import { type Doing, one } from './doing.ts'
import { longestField } from './fields.ts'
import { manyPage } from './many-page.ts'
import { attachDoings, boundaryDoings, deletion, endDoing, tagDoings } from './subject-doings.ts'
import { words } from './words.ts'

const limiting: Doing = {
  ...{ id: 'limit', fields: [longestField], calls: ['iam:UpdateRole'] },
  turnOf: (_call, RoleName, { MaxSessionDuration }) =>
    one(words.tasks.limit, (call) =>
      call('iam:UpdateRole', { RoleName, MaxSessionDuration: Number(MaxSessionDuration) }),
    ),
}

/** `/console/roles/~selected`. */
export const manyRoles = manyPage({
  list: roles,
  name: aRole.name,
  words: words.roles,
  doings: [
    ...attachDoings(aRole),
    ...boundaryDoings(aRole),
    limiting,
    ...tagDoings(aRole),
    endDoing('role'),
    deletion(roleRemovalCalls, roleRemoval, 5),
  ],
})
