import { addressOf } from '../../address.ts'
import { limitsOf } from '../../limits.ts'
import { formPage } from '../../page.ts'
import { aUser } from '../entity-forms/subject.ts'
import { words } from './words.ts'

const said = words.edit

/** `/console/users/NAME/rename`. */
export const editUser = formPage({
  path: '/console/users/:name/rename',
  params: { name: limitsOf('iam:UpdateUser', 'UserName') },
  under: aUser.page,
  crumb: said.crumb,
  calls: ['iam:GetUser', 'iam:UpdateUser'],
  operation: 'iam:UpdateUser',
  button: said.button,
  fields: [
    {
      ...{ member: 'NewUserName', label: said.name, control: { kind: 'line' } },
      limits: { required: true },
    },
    { member: 'NewPath', label: said.path, control: { kind: 'line' }, limits: { required: true } },
  ],
  async read(call, { params: { name = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    const href = addressOf('/console/users/:name', { name: found.UserName })
    return {
      title: said.title(found.UserName),
      says: said.says,
      values: { NewUserName: found.UserName, NewPath: found.Path },
      keep: { text: said.keep, href },
    }
  },
  async save(call, { params: { name = '' } }, changed) {
    await call('iam:UpdateUser', { ...changed, UserName: name })
    const to = addressOf('/console/users/:name', { name: changed.NewUserName ?? name })
    return { to, said: said.said }
  },
})
