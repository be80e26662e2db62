import { addressOf } from '../../address.ts'
import { formPage } from '../../page.ts'
import { groups } from '../groups.ts'
import { words } from './words.ts'

const said = words.create

/** `/console/groups/~create`. */
export const createGroup = formPage({
  path: '/console/groups/~create',
  under: groups,
  crumb: said.crumb,
  calls: ['iam:CreateGroup'],
  operation: 'iam:CreateGroup',
  button: said.button,
  fields: [
    { member: 'GroupName', label: said.name, control: { kind: 'line' } },
    { member: 'Path', label: said.path, help: said.pathHelp, control: { kind: 'line' } },
  ],
  read: async () => ({
    title: said.title,
    says: said.says,
    values: { Path: '/' },
    keep: { text: said.keep, href: '/console/groups' },
  }),
  async save(call, _request, { GroupName = '', Path }) {
    await call('iam:CreateGroup', { GroupName, Path: Path || undefined })
    return {
      to: addressOf('/console/groups/:name', { name: GroupName }),
      said: said.said(GroupName),
    }
  },
})
