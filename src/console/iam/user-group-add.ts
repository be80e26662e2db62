import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { formPage } from '../page.ts'
import { user } from './user.ts'

/** `/console/users/NAME/add-to-group`. */
export const userGroupAdd = formPage({
  path: '/console/users/:name/add-to-group',
  params: { name: limitsOf('iam:AddUserToGroup', 'UserName') },
  under: user,
  crumb: 'Add to a group',
  calls: ['iam:GetUser', 'iam:AddUserToGroup'],
  operation: 'iam:AddUserToGroup',
  button: 'Add the user',
  fields: [
    {
      member: 'GroupName',
      label: 'Group',
      help: 'The name of a group of this account.',
      control: { kind: 'line' },
    },
  ],
  async read(call, { params: { name = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    const href = addressOf('/console/users/:name', { name: found.UserName })
    return {
      title: `Add ${found.UserName} to a group`,
      says: 'The user has the policies of the group from the next call.',
      values: {},
      keep: { text: 'Add to none', href },
    }
  },
  async save(call, { params: { name = '' } }, { GroupName = '' }) {
    await call('iam:AddUserToGroup', { UserName: name, GroupName })
    return {
      to: addressOf('/console/users/:name', { name }),
      said: `The user is in ${GroupName}. Its policies count from the next call.`,
    }
  },
})
