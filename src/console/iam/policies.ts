import { code, link, text, time } from '../cells.ts'
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
import { policyAddress } from './parts.ts'
import { words as all } from './words.ts'

const words = all.policies

type Scope = 'All' | 'AWS' | 'Local'

/** `/console/policies`. */
export const policies = listPage({
  path: '/console/policies',
  nav: { section: 'Access', label: words.title, glyph: 'policy' },
  crumb: words.title,
  calls: [searches],
  needs: ['iam:ListPolicies'],
  title: words.title,
  says: words.says,
  noun: words,
  actions: [{ text: words.create, href: '/console/policies/~create' }],
  empty: words.empty,
  marker: searchMarker,
  filters: [
    nameFilter(limitsOf('iam:CreatePolicy', 'PolicyName')),
    pathFilter(limitsOf('iam:ListPolicies', 'PathPrefix')),
    ...tagFilters,
    {
      name: 'scope',
      label: words.whose,
      limits: limitsOf('iam:ListPolicies', 'Scope'),
      options: [
        { value: '', words: words.all },
        { value: 'Local', words: words.local },
        { value: 'AWS', words: words.ready },
      ],
    },
  ],
  async read(call, asked) {
    const Scope = asked.filters.scope as Scope | undefined
    const answer = await call(searches, { ...searched('policy', asked), Scope })
    return found(answer.Policies, answer)
  },
  choose: {
    to: '/console/policies/~selected',
    button: words.choose,
    valueOf: ({ Arn = '' }) => Arn,
  },
  columns: [
    {
      head: words.head,
      by: 'name',
      cell: ({ PolicyName = '', Arn = '' }) => link(PolicyName, policyAddress(Arn)),
    },
    { head: all.path, width: 'wide', cell: ({ Path = '/' }) => code(Path) },
    {
      head: words.whose,
      width: 'desk',
      cell: ({ Arn = '' }) => text(isReadyMade(Arn) ? words.ready : words.this),
    },
    {
      head: words.attached,
      width: 'desk',
      cell: ({ AttachmentCount = 0 }) => text(AttachmentCount.toLocaleString('en-GB')),
    },
    {
      head: words.changed,
      width: 'desk',
      cell: ({ UpdateDate }) => (UpdateDate ? time(UpdateDate) : text('')),
    },
    {
      head: all.created,
      by: 'created',
      width: 'wide',
      cell: ({ CreateDate }) => (CreateDate ? time(CreateDate) : text('')),
    },
  ],
})

/** Ready-made policies belong to no account. */
export function isReadyMade(arn: string): boolean {
  return /^arn:[^:]*:iam::aws:policy\//.test(arn)
}
