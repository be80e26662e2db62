import { longestSession } from '../../kernel/role-sessions.ts'
import type { Role } from '../../reference/aws/iam-shapes.gen.ts'
import { addressOf } from '../address.ts'
import { words as analysis } from '../analysis/words.ts'
import { partOf } from '../call.ts'
import { badge, type Cell, code, text, time } from '../cells.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { words as reports } from '../reports/words.ts'
import { durationWords } from './duration-words.ts'
import { attachedSection, boundaryCell, inlineSection, mostItems, tagsCell } from './parts.ts'
import { trustPicture } from './roles/trust-picture.ts'
import { roles } from './roles.ts'
import { trustedBy } from './trusted-by.ts'
import { words } from './words.ts'

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
      badges: bySettings ? [badge(words.role.bySettings)] : [],
      actions: [
        ...(bySettings
          ? []
          : [
              { text: words.acts.edit, href: `${here}/edit` },
              { text: words.acts.delete, href: `${here}/delete` },
            ]),
        { text: reports.accessed.title, href: `${here}/last-accessed` },
        { text: analysis.unused.title, href: `${here}/unused-access` },
      ],
      main: [
        ...(picture ? [picture] : []),
        {
          kind: 'document',
          title: words.role.trust,
          acts: bySettings ? [] : [{ text: words.role.editTrust, href: `${here}/trust` }],
          note: lettingIn(found, session.claims.account),
          text: found.AssumeRolePolicyDocument ?? '',
        },
        attachedSection(
          attached,
          bySettings
            ? undefined
            : (arn) => addressOf(`${path}/attached/:arn/detach`, { name: found.RoleName, arn }),
          bySettings ? [] : [{ text: words.acts.attach, href: `${here}/attach-policy` }],
        ),
        inlineSection(
          inline,
          (policy) =>
            addressOf('/console/roles/:name/policies/:policy', { name: found.RoleName, policy }),
          bySettings
            ? []
            : [
                {
                  text: words.acts.create,
                  href: addressOf('/console/roles/:name/create-policy', { name: found.RoleName }),
                },
              ],
        ),
      ],
      aside: [
        {
          kind: 'terms',
          title: words.facts.title,
          acts: bySettings
            ? []
            : [
                { text: words.facts.tags, href: `${here}/tags` },
                { text: words.facts.boundary, href: `${here}/boundary` },
              ],
          terms: terms(found, bySettings),
        },
      ],
    }
  },
})

function lettingIn({ AssumeRolePolicyDocument = '' }: Role, account: string): string {
  const names = trustedBy(AssumeRolePolicyDocument, account)
  return names.length === 0 ? words.role.nobody : words.role.letsIn(names.join(', '))
}

function terms(found: Role, bySettings: boolean): readonly (readonly [string, Cell])[] {
  return [
    [words.facts.arn, code(found.Arn)],
    [words.path, code(found.Path)],
    [words.facts.id, code(found.RoleId)],
    [
      words.roles.longest,
      text(durationWords(found.MaxSessionDuration ?? longestSession.defaultSeconds)),
    ],
    [words.facts.boundary, boundaryCell(found.PermissionsBoundary)],
    [words.facts.tags, tagsCell(found.Tags)],
    [words.created, time(found.CreateDate)],
    [words.role.managed, text(bySettings ? words.role.settings : words.role.api)],
  ]
}
