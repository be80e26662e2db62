import { addressOf } from '../../address.ts'
import { formPage } from '../../page.ts'
import { aGroup } from '../entity-forms/subject.ts'
import { words } from './words.ts'

const said = words.edit

/** `/console/groups/NAME/rename`. */
export const editGroup = formPage({
  path: '/console/groups/:name/rename',
  params: { name: aGroup.name },
  under: aGroup.page,
  crumb: said.crumb,
  calls: ['iam:GetGroup', 'iam:UpdateGroup'],
  operation: 'iam:UpdateGroup',
  button: said.button,
  fields: [
    {
      ...{ member: 'NewGroupName', label: said.name, control: { kind: 'line' } },
      limits: { required: true },
    },
    { member: 'NewPath', label: said.path, control: { kind: 'line' }, limits: { required: true } },
  ],
  async read(call, { params: { name = '' } }) {
    const { Group } = await call('iam:GetGroup', { GroupName: name, MaxItems: 1 })
    return {
      title: said.title(Group.GroupName),
      says: said.says,
      values: { NewGroupName: Group.GroupName, NewPath: Group.Path },
      keep: {
        text: said.keep,
        href: addressOf('/console/groups/:name', { name: Group.GroupName }),
      },
    }
  },
  async save(call, { params: { name = '' } }, changed) {
    await call('iam:UpdateGroup', { ...changed, GroupName: name })
    const to = addressOf('/console/groups/:name', { name: changed.NewGroupName ?? name })
    return { to, said: said.said }
  },
})
