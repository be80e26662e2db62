import { longestSession } from '../../kernel/role-sessions.ts'
import type { Role } from '../../reference/aws/iam-shapes.gen.ts'
import { addressOf } from '../address.ts'
import { code, link, none, text, time } from '../cells.ts'
import { limitsOf } from '../limits.ts'
import { listPage } from '../page.ts'
import { durationWords } from './duration-words.ts'
import {
  found,
  nameFilter,
  pathFilter,
  searched,
  searches,
  searchMarker,
  tagFilters,
} from './listing.ts'
import { trustedBy } from './trusted-by.ts'
import { words as all } from './words.ts'

const words = all.roles

const mostNamed = 3

/** `/console/roles`. */
export const roles = listPage({
  path: '/console/roles',
  nav: { section: 'Access', label: words.title, glyph: 'role' },
  crumb: words.title,
  calls: [searches],
  needs: ['iam:ListRoles'],
  title: words.title,
  says: words.says,
  actions: [
    { text: words.create, href: '/console/roles/~create' },
    { text: words.forService, href: '/console/roles/~service/~create' },
  ],
  noun: words,
  empty: words.empty,
  marker: searchMarker,
  filters: [
    nameFilter(limitsOf('iam:GetRole', 'RoleName')),
    pathFilter(limitsOf('iam:ListRoles', 'PathPrefix')),
    ...tagFilters,
  ],
  async read(call, asked) {
    const answer = await call(searches, searched('role', asked))
    return found(answer.Roles, answer)
  },
  choose: {
    to: '/console/roles/~selected',
    button: words.choose,
    valueOf: ({ RoleName }) => RoleName,
  },
  columns: [
    {
      head: words.head,
      by: 'name',
      cell: ({ RoleName, Description }) =>
        link(RoleName, addressOf('/console/roles/:name', { name: RoleName }), Description),
    },
    { head: all.path, width: 'wide', cell: ({ Path }) => code(Path) },
    {
      head: words.trusted,
      width: 'desk',
      cell: (role, { session }) => trustCell(role, session.claims.account),
    },
    {
      head: words.longest,
      width: 'desk',
      cell: ({ MaxSessionDuration }) =>
        text(durationWords(MaxSessionDuration ?? longestSession.defaultSeconds)),
    },
    {
      head: all.created,
      by: 'created',
      width: 'wide',
      cell: ({ CreateDate }) => time(CreateDate),
    },
  ],
})

function trustCell({ AssumeRolePolicyDocument }: Role, account: string) {
  const names = trustedBy(AssumeRolePolicyDocument ?? '', account)
  if (names.length === 0) return none(words.nobody)
  const more = names.length - mostNamed
  const shown = names.slice(0, mostNamed).join(', ')
  return text(more > 0 ? words.more(shown, more) : shown)
}
