import { addressOf } from '../../address.ts'
import { formPage } from '../../page.ts'
import { none, text } from '../../shown.ts'
import { aRole } from '../entity-forms/subject.ts'
import { words as common } from '../entity-forms/words.ts'
import { trustedBy } from '../trusted-by.ts'
import { words } from './words.ts'

const said = words.trust

/** `/console/roles/NAME/trust`. */
export const editTrust = formPage({
  path: '/console/roles/:name/trust',
  params: { name: aRole.name },
  under: aRole.page,
  crumb: said.crumb,
  calls: ['iam:GetRole', 'iam:UpdateAssumeRolePolicy'],
  operation: 'iam:UpdateAssumeRolePolicy',
  button: said.button,
  fields: [
    {
      member: 'PolicyDocument',
      label: said.label,
      control: { kind: 'lines', rows: 16, code: true },
    },
  ],
  async read(call, { params: { name = '' }, session }) {
    const { Role: found, ManagedBy } = await call('iam:GetRole', { RoleName: name })
    const { RoleName, AssumeRolePolicyDocument = '' } = found
    const names = trustedBy(AssumeRolePolicyDocument, session.claims.account)
    return {
      title: said.title(RoleName),
      says: said.says,
      locked: ManagedBy === 'settings' ? common.locked : undefined,
      sections: [
        {
          kind: 'rows',
          title: said.lets,
          heads: [{ head: said.who }],
          rows: names.length === 0 ? [[none(said.nobody)]] : names.map((one) => [text(one)]),
          empty: said.nobody,
        },
      ],
      values: { PolicyDocument: indented(AssumeRolePolicyDocument) },
      keep: { text: said.keep, href: addressOf('/console/roles/:name', { name: RoleName }) },
    }
  },
  async save(call, { params: { name = '' } }, { PolicyDocument = '' }) {
    await call('iam:UpdateAssumeRolePolicy', { RoleName: name, PolicyDocument })
    return { to: addressOf('/console/roles/:name', { name }), said: said.said }
  },
})

/** Documents come without line breaks; what is not JSON is shown as it is. */
function indented(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), null, 2)
  } catch {
    return document
  }
}
