import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { formPage } from '../page.ts'
import { user } from './user.ts'
import { words as all } from './words.ts'

const words = all.user.leave

/** `/console/users/NAME/groups/NAME/remove`. */
export const userGroupRemove = formPage({
  path: '/console/users/:name/groups/:group/remove',
  params: {
    name: limitsOf('iam:RemoveUserFromGroup', 'UserName'),
    group: limitsOf('iam:RemoveUserFromGroup', 'GroupName'),
  },
  under: user,
  crumb: ({ group = '' }) => words.crumb(group),
  calls: ['iam:GetUser', 'iam:RemoveUserFromGroup'],
  operation: 'iam:RemoveUserFromGroup',
  button: words.button,
  fields: [],
  async read(call, { params: { name = '', group = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    const href = addressOf('/console/users/:name', { name: found.UserName })
    return {
      title: words.title(found.UserName, group),
      says: words.says,
      values: {},
      keep: { text: words.keep, href },
    }
  },
  async save(call, { params: { name = '', group = '' } }) {
    await call('iam:RemoveUserFromGroup', { UserName: name, GroupName: group })
    return {
      to: addressOf('/console/users/:name', { name }),
      said: words.said(group),
    }
  },
})
