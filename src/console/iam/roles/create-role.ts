import { longestSession } from '../../../kernel/role-sessions.ts'
import { addressOf } from '../../address.ts'
import type { Action } from '../../call.ts'
import { type FieldRule, fieldOf, listOf, type Values } from '../../fields.ts'
import { stepsPage } from '../../page.ts'
import type { Task } from '../../tasks.ts'
import { durationWords } from '../duration-words.ts'
import { toLoad } from '../entity-forms/attach-page.ts'
import { boundaryField } from '../entity-forms/boundary-page.ts'
import { pickPolicies } from '../entity-forms/pickers.ts'
import { tagsField, tagsOf } from '../entity-forms/tags.ts'
import { words as common } from '../entity-forms/words.ts'
import { searches } from '../listing.ts'
import { policyArnLimits } from '../policy.ts'
import { durations } from '../role-edit.ts'
import { roles } from '../roles.ts'
import { pickOidcProviders, pickSamlProviders } from './pick-providers.ts'
import { trustDocument } from './trust-document.ts'
import { trustedStep, trustTermsStep } from './trusted-fields.ts'
import { words } from './words.ts'

const said = words.create

const permissions: readonly FieldRule[] = [
  fieldOf('iam:AttachRolePolicy', 'PolicyArn', {
    label: said.policies,
    control: toLoad(true),
    limits: { ...policyArnLimits, required: false },
  }),
  boundaryField,
]

const naming: readonly FieldRule[] = [
  fieldOf('iam:CreateRole', 'RoleName', { label: said.roleName, control: { kind: 'line' } }),
  fieldOf('iam:CreateRole', 'Path', {
    ...{ label: said.path, help: said.pathHelp, control: { kind: 'line' } },
  }),
  fieldOf('iam:CreateRole', 'Description', {
    label: said.description,
    control: { kind: 'lines', rows: 3 },
  }),
  fieldOf('iam:CreateRole', 'MaxSessionDuration', {
    label: said.duration,
    control: durations,
    words: (seconds) => durationWords(Number(seconds)),
  }),
  tagsField,
]

/** `/console/roles/~create`: who, under which conditions, what they may, and its name. */
export const createRole = stepsPage<Action>({
  path: '/console/roles/~create',
  under: roles,
  crumb: said.crumb,
  calls: [
    ...(['iam:ListSAMLProviders', 'iam:ListOpenIDConnectProviders', searches] as const),
    ...(['iam:CreateRole', 'iam:AttachRolePolicy'] as const),
  ],
  steps: [
    trustedStep,
    trustTermsStep,
    { title: said.permissions, fields: permissions },
    { title: said.name, fields: naming },
  ],
  button: said.button,
  read: async (call, { session }) => ({
    title: said.title,
    says: said.says,
    values: {
      ...{ Trusted: 'account', Account: session.claims.account, NeedsMfa: 'false' },
      ...{ ConnectorKind: 'ldap', Path: '/' },
      MaxSessionDuration: String(longestSession.defaultSeconds),
    },
    controls: {
      SamlProvider: pickSamlProviders(call),
      OidcProvider: pickOidcProviders(call),
      PolicyArn: pickPolicies(call, { many: true, typed: common.attach.typed }),
      PermissionsBoundary: pickPolicies(call, { many: false, typed: common.boundary.typed }),
    },
    keep: { text: said.keep, href: '/console/roles' },
  }),
  preview: (values, { session }) => [
    { kind: 'document', title: said.document, text: trustDocument(values, session.claims) },
  ],
  plan: (values, { session }) => {
    const { RoleName = '' } = values
    return {
      tasks: tasksOf(values, trustDocument(values, session.claims)),
      to: addressOf('/console/roles/:name', { name: RoleName }),
      said: said.said(RoleName),
      report: said.report(RoleName),
    }
  },
})

function tasksOf(values: Values, AssumeRolePolicyDocument: string): readonly Task<Action>[] {
  const { RoleName = '', Path, Description, PermissionsBoundary } = values
  const Tags = tagsOf(values.Tags)
  return [
    {
      words: said.task(RoleName),
      needed: true,
      run: async (call) => {
        await call('iam:CreateRole', {
          ...{ RoleName, AssumeRolePolicyDocument },
          Path: Path || undefined,
          Description: Description || undefined,
          MaxSessionDuration: Number(values.MaxSessionDuration),
          PermissionsBoundary: PermissionsBoundary || undefined,
          Tags: Tags.length > 0 ? Tags : undefined,
        })
      },
    },
    ...listOf(values.PolicyArn).map(
      (PolicyArn): Task<Action> => ({
        words: said.taskPolicy(PolicyArn),
        run: async (call) => {
          await call('iam:AttachRolePolicy', { RoleName, PolicyArn })
        },
      }),
    ),
  ]
}
