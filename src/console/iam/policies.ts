import { limitsOf } from '../limits.ts'
import { listPage } from '../page.ts'
import { code, link, text, time } from '../shown.ts'
import { listed, nameFilter, narrowed, pathFilter } from './listing.ts'
import { policyAddress } from './parts.ts'

type Scope = 'All' | 'AWS' | 'Local'

/** `/console/policies`. */
export const policies = listPage({
  path: '/console/policies',
  nav: { section: 'Access', label: 'Policies', glyph: 'policy' },
  crumb: 'Policies',
  calls: ['iam:ListPolicies'],
  title: 'Policies',
  says:
    'Managed policies: those of this account, then the ready-made ones. One counts for every ' +
    'user, group and role that it is attached to.',
  noun: { one: 'policy', many: 'policies' },
  actions: [{ text: 'Create a policy', href: '/console/policies/~create' }],
  empty: 'There are no policies.',
  marker: limitsOf('iam:ListPolicies', 'Marker'),
  filters: [
    nameFilter(limitsOf('iam:CreatePolicy', 'PolicyName')),
    pathFilter(limitsOf('iam:ListPolicies', 'PathPrefix')),
    {
      name: 'scope',
      label: 'Whose',
      limits: limitsOf('iam:ListPolicies', 'Scope'),
      options: [
        { value: '', words: 'All' },
        { value: 'Local', words: 'Of this account' },
        { value: 'AWS', words: 'Ready-made' },
      ],
    },
  ],
  async read(call, asked) {
    const Scope = asked.filters.scope as Scope | undefined
    const { Policies = [], Marker } = await call('iam:ListPolicies', { ...listed(asked), Scope })
    return narrowed(asked, Policies, Marker, ({ PolicyName = '' }) => PolicyName)
  },
  columns: [
    {
      head: 'Policy',
      cell: ({ PolicyName = '', Arn = '' }) => link(PolicyName, policyAddress(Arn)),
    },
    { head: 'Path', width: 'wide', cell: ({ Path = '/' }) => code(Path) },
    {
      head: 'Whose',
      width: 'desk',
      cell: ({ Arn = '' }) => text(isReadyMade(Arn) ? 'Ready-made' : 'This account'),
    },
    {
      head: 'Attached',
      width: 'desk',
      cell: ({ AttachmentCount = 0 }) => text(AttachmentCount.toLocaleString('en-GB')),
    },
    {
      head: 'Changed',
      width: 'desk',
      cell: ({ UpdateDate }) => (UpdateDate ? time(UpdateDate) : text('')),
    },
  ],
})

/** Ready-made policies belong to no account. */
export function isReadyMade(arn: string): boolean {
  return /^arn:[^:]*:iam::aws:policy\//.test(arn)
}
