import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { listPage } from '../page.ts'
import { code, link, time } from '../shown.ts'
import { listed, nameFilter, narrowed, pathFilter } from './listing.ts'

/** `/console/groups`. */
export const groups = listPage({
  path: '/console/groups',
  nav: { section: 'Access', label: 'Groups', glyph: 'group' },
  crumb: 'Groups',
  calls: ['iam:ListGroups'],
  title: 'Groups',
  says: 'Users that have policies in common. Who is put into a group has them from the next call.',
  actions: [{ text: 'Create group', href: '/console/groups/~create' }],
  noun: { one: 'group', many: 'groups' },
  empty: 'This account has no groups. Create the first.',
  marker: limitsOf('iam:ListGroups', 'Marker'),
  filters: [
    nameFilter(limitsOf('iam:GetGroup', 'GroupName')),
    pathFilter(limitsOf('iam:ListGroups', 'PathPrefix')),
  ],
  async read(call, asked) {
    const { Groups, Marker } = await call('iam:ListGroups', listed(asked))
    return narrowed(asked, Groups, Marker, ({ GroupName }) => GroupName)
  },
  columns: [
    {
      head: 'Group',
      cell: ({ GroupName }) =>
        link(GroupName, addressOf('/console/groups/:name', { name: GroupName })),
    },
    { head: 'Path', width: 'wide', cell: ({ Path }) => code(Path) },
    { head: 'Created', width: 'desk', cell: ({ CreateDate }) => time(CreateDate) },
  ],
})
