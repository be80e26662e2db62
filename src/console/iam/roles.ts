import { longestSession } from '../../kernel/role-sessions.ts'
import type { Role } from '../../reference/aws/iam-shapes.gen.ts'
import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { listPage } from '../page.ts'
import { code, link, none, text } from '../shown.ts'
import { durationWords } from './duration-words.ts'
import { trustedBy } from './trusted-by.ts'

const rowsOnPage = 50
/** The operation filters by path only, so a search by name looks through this many roles. */
const mostSearched = 1000
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
  noun: { one: 'role', many: 'roles' },
  empty: 'This account has no roles yet. The settings file and iam:CreateRole make them.',
  marker: limitsOf('iam:ListRoles', 'Marker'),
  filters: [
    {
      name: 'name',
      label: 'Name contains',
      limits: { ...limitsOf('iam:GetRole', 'RoleName'), required: false },
    },
    {
      name: 'path',
      label: 'Path starts with',
      limits: limitsOf('iam:ListRoles', 'PathPrefix'),
      tidy: (typed) => (typed.startsWith('/') ? typed : `/${typed}`),
    },
  ],
  async read(call, { filters: { name, path }, marker }) {
    const { Roles, Marker } = await call('iam:ListRoles', {
      PathPrefix: path,
      Marker: marker,
      MaxItems: name === undefined ? rowsOnPage : mostSearched,
    })
    if (name === undefined) return { rows: Roles, marker: Marker }
    const wanted = name.toLowerCase()
    const rows = Roles.filter(({ RoleName }) => RoleName.toLowerCase().includes(wanted))
    return { rows, marker: Marker, searched: Roles.length }
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
