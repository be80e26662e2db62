import { addressOf } from '../../address.ts'
import { fieldOf, listOf } from '../../fields.ts'
import { limitsOf } from '../../limits.ts'
import { stepsPage } from '../../page.ts'
import { toLoad } from '../entity-forms/attach-page.ts'
import { pickGroups } from '../entity-forms/pickers.ts'
import { aUser } from '../entity-forms/subject.ts'
import { searches } from '../listing.ts'
import { words } from './words.ts'

const said = words.addToGroups

/** `/console/users/NAME/add-to-group`. */
export const addToGroups = stepsPage({
  path: '/console/users/:name/add-to-group',
  params: { name: limitsOf('iam:AddUserToGroup', 'UserName') },
  under: aUser.page,
  crumb: said.crumb,
  calls: ['iam:GetUser', searches, 'iam:AddUserToGroup'],
  steps: [
    {
      title: '',
      fields: [
        fieldOf('iam:AddUserToGroup', 'GroupName', { label: said.label, control: toLoad(true) }),
      ],
    },
  ],
  button: said.button,
  async read(call, { params: { name = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    return {
      title: said.title(found.UserName),
      says: said.says,
      controls: { GroupName: pickGroups(call, { many: true, typed: said.typed }) },
      keep: { text: said.keep, href: addressOf('/console/users/:name', { name: found.UserName }) },
    }
  },
  plan({ GroupName = '' }, { params: { name = '' } }) {
    const groups = listOf(GroupName)
    return {
      tasks: groups.map((group) => ({
        words: said.task(group),
        run: async (call) => {
          await call('iam:AddUserToGroup', { UserName: name, GroupName: group })
        },
      })),
      to: addressOf('/console/users/:name', { name }),
      said: said.said(groups.join(', ')),
      report: said.report,
    }
  },
})
