import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { formPage } from '../page.ts'
import { user } from './user.ts'

/** `/console/users/NAME/groups/NAME/remove`. */
export const userGroupRemove = formPage({
  path: '/console/users/:name/groups/:group/remove',
  params: {
    name: limitsOf('iam:RemoveUserFromGroup', 'UserName'),
    group: limitsOf('iam:RemoveUserFromGroup', 'GroupName'),
  },
  under: user,
  crumb: ({ group = '' }) => `Remove from ${group}`,
  calls: ['iam:GetUser', 'iam:RemoveUserFromGroup'],
  operation: 'iam:RemoveUserFromGroup',
  button: 'Remove the user',
  fields: [],
  async read(call, { params: { name = '', group = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    const href = addressOf('/console/users/:name', { name: found.UserName })
    return {
      title: `Remove ${found.UserName} from ${group}?`,
      says: 'What the policies of the group allow and deny no longer counts from the next call.',
      values: {},
      keep: { text: 'Keep the user in it', href },
    }
  },
  async save(call, { params: { name = '', group = '' } }) {
    await call('iam:RemoveUserFromGroup', { UserName: name, GroupName: group })
    return {
      to: addressOf('/console/users/:name', { name }),
      said: `The user is no longer in ${group}.`,
    }
  },
})
