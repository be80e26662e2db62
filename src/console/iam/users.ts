import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { listPage } from '../page.ts'
import { code, link, none, time } from '../shown.ts'
import { listed, nameFilter, narrowed, pathFilter } from './listing.ts'

/** `/console/users`. */
export const users = listPage({
  path: '/console/users',
  nav: { section: 'Access', label: 'Users', glyph: 'user' },
  crumb: 'Users',
  calls: ['iam:ListUsers'],
  title: 'Users',
  says:
    'People and programs with long-term credentials in this account. People who come through a ' +
    'connector need no user here.',
  actions: [{ text: 'Create user', href: '/console/users/~create' }],
  noun: { one: 'user', many: 'users' },
  empty: 'This account has no users. Create the first.',
  marker: limitsOf('iam:ListUsers', 'Marker'),
  filters: [
    nameFilter(limitsOf('iam:GetUser', 'UserName')),
    pathFilter(limitsOf('iam:ListUsers', 'PathPrefix')),
  ],
  async read(call, asked) {
    const { Users, Marker } = await call('iam:ListUsers', listed(asked))
    return narrowed(asked, Users, Marker, ({ UserName }) => UserName)
  },
  columns: [
    {
      head: 'User',
      cell: ({ UserName }) => link(UserName, addressOf('/console/users/:name', { name: UserName })),
    },
    { head: 'Path', width: 'wide', cell: ({ Path }) => code(Path) },
    {
      head: 'Password last used',
      width: 'desk',
      cell: ({ PasswordLastUsed }) => (PasswordLastUsed ? time(PasswordLastUsed) : none('Never')),
    },
    { head: 'Created', width: 'desk', cell: ({ CreateDate }) => time(CreateDate) },
  ],
})
