import { addressOf } from '../address.ts'
import { code, link, time } from '../cells.ts'
import { limitsOf } from '../limits.ts'
import { listPage } from '../page.ts'
import { found, nameFilter, pathFilter, searched, searches, searchMarker } from './listing.ts'
import { words as all } from './words.ts'

const words = all.groups

/** `/console/groups`. */
export const groups = listPage({
  path: '/console/groups',
  nav: { section: 'Access', label: words.title, glyph: 'group' },
  crumb: words.title,
  calls: [searches],
  needs: ['iam:ListGroups'],
  title: words.title,
  says: words.says,
  actions: [{ text: words.create, href: '/console/groups/~create' }],
  noun: words,
  empty: words.empty,
  marker: searchMarker,
  filters: [
    nameFilter(limitsOf('iam:GetGroup', 'GroupName')),
    pathFilter(limitsOf('iam:ListGroups', 'PathPrefix')),
  ],
  async read(call, asked) {
    const answer = await call(searches, searched('group', asked))
    return found(answer.Groups, answer)
  },
  choose: {
    to: '/console/groups/~selected',
    button: words.choose,
    valueOf: ({ GroupName }) => GroupName,
  },
  columns: [
    {
      head: words.head,
      by: 'name',
      cell: ({ GroupName }) =>
        link(GroupName, addressOf('/console/groups/:name', { name: GroupName })),
    },
    { head: all.path, width: 'wide', cell: ({ Path }) => code(Path) },
    {
      head: all.created,
      by: 'created',
      width: 'desk',
      cell: ({ CreateDate }) => time(CreateDate),
    },
  ],
})
