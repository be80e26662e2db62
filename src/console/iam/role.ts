import { longestSession } from '../../kernel/role-sessions.ts'
import type { Role } from '../../reference/aws/iam-shapes.gen.ts'
import { addressOf } from '../address.ts'
import { type Denial, partOf } from '../call.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { badge, type Cell, chips, code, link, none, type Section, text, time } from '../shown.ts'
import { durationWords } from './duration-words.ts'
import { roles } from './roles.ts'
import { trustedBy } from './trusted-by.ts'

/** IAM's quotas keep everything that a role may have within one answer. */
const mostItems = 1000

/** `/console/roles/NAME`. */
export const role = detailPage({
  path: '/console/roles/:name',
  params: { name: limitsOf('iam:GetRole', 'RoleName') },
  under: roles,
  crumb: ({ name = '' }) => name,
  calls: ['iam:GetRole', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies'],
  async read(call, { params: { name = '' }, session }) {
    const { Role: found, ManagedBy } = await call('iam:GetRole', { RoleName: name })
    const asked = { RoleName: found.RoleName, MaxItems: mostItems }
    const [attached, inline] = await Promise.all([
      partOf(call('iam:ListAttachedRolePolicies', asked)),
      partOf(call('iam:ListRolePolicies', asked)),
    ])
    const bySettings = ManagedBy === 'settings'
    const edit = addressOf('/console/roles/:name/edit', { name: found.RoleName })
    return {
      title: found.RoleName,
      says: found.Description,
      badges: bySettings ? [badge('From the settings file')] : [],
      actions: bySettings ? [] : [{ text: 'Edit', href: edit }],
      main: [
        {
          kind: 'document',
          title: 'Trust policy',
          note: lettingIn(found, session.claims.account),
          text: found.AssumeRolePolicyDocument ?? '',
        },
        'denied' in attached
          ? withheld('Attached policies', attached.denied)
          : {
              kind: 'rows',
              title: 'Attached policies',
              heads: [{ head: 'Policy' }, { head: 'ARN', width: 'desk' }],
              rows: (attached.value.AttachedPolicies ?? []).map(attachedRow),
              empty: 'No managed policy is attached.',
            },
        'denied' in inline
          ? withheld('Inline policies', inline.denied)
          : {
              kind: 'rows',
              title: 'Inline policies',
              heads: [{ head: 'Policy' }],
              rows: inline.value.PolicyNames.map((policy) => [inlineLink(found.RoleName, policy)]),
              empty: 'The role has no policy of its own.',
            },
      ],
      aside: [{ kind: 'terms', title: 'Details', terms: terms(found, bySettings) }],
    }
  },
})

function withheld(title: string, denied: Denial): Section {
  return { kind: 'withheld', title, denied }
}

function lettingIn({ AssumeRolePolicyDocument = '' }: Role, account: string): string {
  const names = trustedBy(AssumeRolePolicyDocument, account)
  return names.length === 0 ? 'Lets nobody in' : `Lets in: ${names.join(', ')}`
}

function attachedRow({
  PolicyName = '',
  PolicyArn = '',
}: {
  readonly PolicyName?: string | undefined
  readonly PolicyArn?: string | undefined
}): readonly Cell[] {
  return [text(PolicyName), code(PolicyArn)]
}

function inlineLink(name: string, policy: string): Cell {
  return link(policy, addressOf('/console/roles/:name/policies/:policy', { name, policy }))
}

function terms(found: Role, bySettings: boolean): readonly (readonly [string, Cell])[] {
  const boundary = found.PermissionsBoundary?.PermissionsBoundaryArn
  const tags = (found.Tags ?? []).map(({ Key, Value }) => `${Key}=${Value}`)
  return [
    ['ARN', code(found.Arn)],
    ['Path', code(found.Path)],
    ['Unique ID', code(found.RoleId)],
    [
      'Longest session',
      text(durationWords(found.MaxSessionDuration ?? longestSession.defaultSeconds)),
    ],
    ['Boundary', boundary === undefined ? none() : code(boundary)],
    ['Tags', tags.length === 0 ? none() : chips(tags)],
    ['Created', time(found.CreateDate)],
    ['Managed by', text(bySettings ? 'The settings file' : 'The API')],
  ]
}
