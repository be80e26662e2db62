import { addressOf } from '../../address.ts'
import { fieldOf, listOf } from '../../fields.ts'
import { stepsPage } from '../../page.ts'
import { toLoad } from '../entity-forms/attach-page.ts'
import { pickUsers } from '../entity-forms/pickers.ts'
import { aGroup } from '../entity-forms/subject.ts'
import { searches } from '../listing.ts'
import { words } from './words.ts'

const said = words.members

/** `/console/groups/NAME/add-members`. */
export const addMembers = stepsPage({
  path: '/console/groups/:name/add-members',
  params: { name: aGroup.name },
  under: aGroup.page,
  crumb: said.crumb,
  calls: ['iam:GetGroup', searches, 'iam:AddUserToGroup'],
  steps: [
    {
      title: '',
      fields: [
        fieldOf('iam:AddUserToGroup', 'UserName', { label: said.label, control: toLoad(true) }),
      ],
    },
  ],
  button: said.button,
  async read(call, { params: { name = '' } }) {
    const { Group } = await call('iam:GetGroup', { GroupName: name, MaxItems: 1 })
    return {
      title: said.title(Group.GroupName),
      says: said.says,
      controls: { UserName: pickUsers(call, { many: true, typed: said.typed }) },
      keep: {
        text: said.keep,
        href: addressOf('/console/groups/:name', { name: Group.GroupName }),
      },
    }
  },
  plan({ UserName = '' }, { params: { name = '' } }) {
    const users = listOf(UserName)
    return {
      tasks: users.map((user) => ({
        words: said.task(user),
        run: async (call) => {
          await call('iam:AddUserToGroup', { GroupName: name, UserName: user })
        },
      })),
      to: addressOf('/console/groups/:name', { name }),
      said: said.said(users.length),
      report: said.report,
    }
  },
})
