import { longestSession } from '../../kernel/role-sessions.ts'
import type { Role } from '../../reference/aws/iam-shapes.gen.ts'
import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { listPage } from '../page.ts'
import { code, link, none, text } from '../shown.ts'
import { durationWords } from './duration-words.ts'
import { listed, nameFilter, narrowed, pathFilter } from './listing.ts'
import { trustedBy } from './trusted-by.ts'

const mostNamed = 3

/** `/console/roles`. */
export const roles = listPage({
  path: '/console/roles',
  nav: { section: 'Access', label: 'Roles', glyph: 'role' },
  crumb: 'Roles',
  calls: ['iam:ListRoles'],
  title: 'Roles',
  says:
    'What people and programs become in this account, once a rule gives it and the trust policy ' +
    'lets them in.',
  actions: [{ text: 'Create role', href: '/console/roles/~create' }],
  noun: { one: 'role', many: 'roles' },
  empty: 'This account has no roles yet. The settings file and iam:CreateRole make them.',
  marker: limitsOf('iam:ListRoles', 'Marker'),
  filters: [
    nameFilter(limitsOf('iam:GetRole', 'RoleName')),
    pathFilter(limitsOf('iam:ListRoles', 'PathPrefix')),
  ],
  async read(call, asked) {
    const { Roles, Marker } = await call('iam:ListRoles', listed(asked))
    return narrowed(asked, Roles, Marker, ({ RoleName }) => RoleName)
  },
  columns: [
    {
      head: 'Role',
      cell: ({ RoleName, Description }) =>
        link(RoleName, addressOf('/console/roles/:name', { name: RoleName }), Description),
    },
    { head: 'Path', width: 'wide', cell: ({ Path }) => code(Path) },
    {
      head: 'Trusted by',
      width: 'desk',
      cell: (role, { session }) => trustCell(role, session.claims.account),
    },
    {
      head: 'Longest session',
      width: 'desk',
      cell: ({ MaxSessionDuration }) =>
        text(durationWords(MaxSessionDuration ?? longestSession.defaultSeconds)),
    },
  ],
})

function trustCell({ AssumeRolePolicyDocument }: Role, account: string) {
  const names = trustedBy(AssumeRolePolicyDocument ?? '', account)
  if (names.length === 0) return none('Nobody')
  const more = names.length - mostNamed
  const shown = names.slice(0, mostNamed).join(', ')
  return text(more > 0 ? `${shown}, and ${more} more` : shown)
}
