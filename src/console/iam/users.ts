import { addressOf } from '../address.ts'
import { code, link, none, time } from '../cells.ts'
import { limitsOf } from '../limits.ts'
import { listPage } from '../page.ts'
import {
  found,
  nameFilter,
  pathFilter,
  searched,
  searches,
  searchMarker,
  tagFilters,
} from './listing.ts'
import { words as all } from './words.ts'

const words = all.users

/** `/console/users`. */
export const users = listPage({
  path: '/console/users',
  nav: { section: 'Access', label: words.title, glyph: 'user' },
  crumb: words.title,
  calls: [searches],
  needs: ['iam:ListUsers'],
  title: words.title,
  says: words.says,
  actions: [{ text: words.create, href: '/console/users/~create' }],
  noun: words,
  empty: words.empty,
  marker: searchMarker,
  filters: [
    nameFilter(limitsOf('iam:GetUser', 'UserName')),
    pathFilter(limitsOf('iam:ListUsers', 'PathPrefix')),
    ...tagFilters,
  ],
  async read(call, asked) {
    const answer = await call(searches, searched('user', asked))
    return found(answer.Users, answer)
  },
  choose: {
    to: '/console/users/~selected',
    button: words.choose,
    valueOf: ({ UserName }) => UserName,
  },
  columns: [
    {
      head: words.head,
      by: 'name',
      cell: ({ UserName }) => link(UserName, addressOf('/console/users/:name', { name: UserName })),
    },
    { head: all.path, width: 'wide', cell: ({ Path }) => code(Path) },
    {
      head: words.used,
      width: 'desk',
      cell: ({ PasswordLastUsed }) =>
        PasswordLastUsed ? time(PasswordLastUsed) : none(words.never),
    },
    {
      head: all.created,
      by: 'created',
      width: 'desk',
      cell: ({ CreateDate }) => time(CreateDate),
    },
  ],
})
