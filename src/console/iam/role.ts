import { longestSession } from '../../kernel/role-sessions.ts'
import type { Role } from '../../reference/aws/iam-shapes.gen.ts'
import { addressOf } from '../address.ts'
import { words as analysis } from '../analysis/words.ts'
import { partOf } from '../call.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { words } from '../reports/words.ts'
import { badge, type Cell, code, text, time } from '../shown.ts'
import { durationWords } from './duration-words.ts'
import { attachedSection, boundaryCell, inlineSection, mostItems, tagsCell } from './parts.ts'
import { trustPicture } from './roles/trust-picture.ts'
import { roles } from './roles.ts'
import { trustedBy } from './trusted-by.ts'

const path = '/console/roles/:name'

/** `/console/roles/NAME`. */
export const role = detailPage({
  path,
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
    const { AssumeRolePolicyDocument: trust = '' } = found
    const picture = trustPicture(trust, found.RoleName, session.claims.account)
    const here = addressOf('/console/roles/:name', { name: found.RoleName })
    return {
      title: found.RoleName,
      says: found.Description,
      badges: bySettings ? [badge('From the settings file')] : [],
      actions: [
        ...(bySettings
          ? []
          : [
              { text: 'Edit', href: `${here}/edit` },
              { text: 'Delete', href: `${here}/delete` },
            ]),
        { text: words.accessed.title, href: `${here}/last-accessed` },
        { text: analysis.unused.title, href: `${here}/unused-access` },
      ],
      main: [
        ...(picture ? [picture] : []),
        {
          kind: 'document',
          title: 'Trust policy',
          acts: bySettings ? [] : [{ text: 'Edit the trust policy', href: `${here}/trust` }],
          note: lettingIn(found, session.claims.account),
          text: found.AssumeRolePolicyDocument ?? '',
        },
        attachedSection(
          attached,
          bySettings
            ? undefined
            : (arn) => addressOf(`${path}/attached/:arn/detach`, { name: found.RoleName, arn }),
          bySettings ? [] : [{ text: 'Attach', href: `${here}/attach-policy` }],
        ),
        inlineSection(
          inline,
          (policy) =>
            addressOf('/console/roles/:name/policies/:policy', { name: found.RoleName, policy }),
          bySettings
            ? []
            : [
                {
                  text: 'Create',
                  href: addressOf('/console/roles/:name/create-policy', { name: found.RoleName }),
                },
              ],
        ),
      ],
      aside: [
        {
          kind: 'terms',
          title: 'Details',
          acts: bySettings
            ? []
            : [
                { text: 'Tags', href: `${here}/tags` },
                { text: 'Boundary', href: `${here}/boundary` },
              ],
          terms: terms(found, bySettings),
        },
      ],
    }
  },
})

function lettingIn({ AssumeRolePolicyDocument = '' }: Role, account: string): string {
  const names = trustedBy(AssumeRolePolicyDocument, account)
  return names.length === 0 ? 'Lets nobody in' : `Lets in: ${names.join(', ')}`
}

function terms(found: Role, bySettings: boolean): readonly (readonly [string, Cell])[] {
  return [
    ['ARN', code(found.Arn)],
    ['Path', code(found.Path)],
    ['Unique ID', code(found.RoleId)],
    [
      'Longest session',
      text(durationWords(found.MaxSessionDuration ?? longestSession.defaultSeconds)),
    ],
    ['Boundary', boundaryCell(found.PermissionsBoundary)],
    ['Tags', tagsCell(found.Tags)],
    ['Created', time(found.CreateDate)],
    ['Managed by', text(bySettings ? 'The settings file' : 'The API')],
  ]
}
