import { type ActionReference, refusedAtSave } from '../../../policy/index.ts'
import { addressOf } from '../../address.ts'
import type { Action } from '../../call.ts'
import { none, text } from '../../cells.ts'
import { fieldOf } from '../../fields.ts'
import { limitsOf, problemOf } from '../../limits.ts'
import { stepsPage } from '../../page.ts'
import { indented } from '../../policies/indented.ts'
import type { StepsState } from '../../steps-rules.ts'
import { aRole } from '../entity-forms/subject.ts'
import { words as common } from '../entity-forms/words.ts'
import { trustedBy } from '../trusted-by.ts'
import { trustReview } from './trust-review.ts'
import { words } from './words.ts'

const said = words.trust
const limits = limitsOf('iam:UpdateAssumeRolePolicy', 'PolicyDocument')

interface TrustState extends StepsState {
  readonly reference: ActionReference
}

/** `/console/roles/NAME/trust`: the document, then who gains and who loses by it. */
export const editTrust = stepsPage<Action, TrustState>({
  path: '/console/roles/:name/trust',
  params: { name: aRole.name },
  under: aRole.page,
  crumb: said.crumb,
  calls: ['iam:GetRole', 'iam:UpdateAssumeRolePolicy'],
  steps: [
    {
      title: said.write,
      fields: [
        fieldOf('iam:UpdateAssumeRolePolicy', 'PolicyDocument', {
          label: said.label,
          control: { kind: 'lines', rows: 16, code: true },
          check: (value) => problemOf(limits, value) ?? refusedAtSave('trust', value)[0]?.message,
        }),
      ],
    },
  ],
  reviewed: true,
  edits: true,
  button: said.button,
  async read(call, { params: { name = '' }, session, reference }) {
    const { Role: found, ManagedBy } = await call('iam:GetRole', { RoleName: name })
    const { RoleName, AssumeRolePolicyDocument = '' } = found
    const names = trustedBy(AssumeRolePolicyDocument, session.claims.account)
    return {
      title: said.title(RoleName),
      says: said.says,
      locked: ManagedBy === 'settings' ? common.locked : undefined,
      reference: await reference(),
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
  preview: ({ PolicyDocument = '' }, { session: { claims } }, { reference, values }) =>
    trustReview(values?.PolicyDocument ?? '', PolicyDocument, {
      ...{ reference, account: claims.account, partition: claims.partition },
    }),
  plan: ({ PolicyDocument = '' }, { params: { name = '' } }) => ({
    tasks: [
      {
        words: said.button,
        run: async (call) => {
          await call('iam:UpdateAssumeRolePolicy', { RoleName: name, PolicyDocument })
        },
      },
    ],
    to: addressOf('/console/roles/:name', { name }),
    said: said.said,
    report: said.title(name),
  }),
})
