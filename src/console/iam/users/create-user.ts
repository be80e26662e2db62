import { addressOf } from '../../address.ts'
import type { Action } from '../../call.ts'
import { code } from '../../cells.ts'
import { type FieldRule, fieldOf, listOf, type Values } from '../../fields.ts'
import { limitsOf } from '../../limits.ts'
import { stepsPage } from '../../page.ts'
import type { Task } from '../../tasks.ts'
import { toLoad } from '../entity-forms/attach-page.ts'
import { boundaryField } from '../entity-forms/boundary-page.ts'
import { pickGroups, pickPolicies } from '../entity-forms/pickers.ts'
import { tagsField, tagsOf } from '../entity-forms/tags.ts'
import { words as shared } from '../entity-forms/words.ts'
import { searches } from '../listing.ts'
import { policyArnLimits } from '../policy.ts'
import { users } from '../users.ts'
import { generatedPassword } from './generated-password.ts'
import { newKey } from './new-key.ts'
import { ownChangeCalls, ownChangeTask } from './own-change.ts'
import { signInAddress } from './sign-in-address.ts'
import { words } from './words.ts'

const said = words.create
const hasPassword = ({ Console }: Values) => Console !== 'none'

const who: readonly FieldRule[] = [
  fieldOf('iam:CreateUser', 'UserName', {
    ...{ label: said.name, help: said.nameHelp, control: { kind: 'line' } },
  }),
  fieldOf('iam:CreateUser', 'Path', {
    ...{ label: said.path, help: said.pathHelp, control: { kind: 'line' } },
  }),
  tagsField,
]

const ways = ['none', 'generated', 'typed']
const access: readonly FieldRule[] = [
  {
    name: 'Console',
    label: said.console,
    control: {
      kind: 'radio',
      options: [
        { value: 'none', words: said.noConsole },
        { value: 'generated', words: said.generated },
        { value: 'typed', words: said.typed },
      ],
    },
    limits: { ...limitsOf('iam:CreateUser', 'Path'), pattern: undefined, values: ways },
  },
  fieldOf('iam:CreateLoginProfile', 'PasswordResetRequired', {
    label: said.reset,
    help: said.resetHelp,
    control: { kind: 'check', words: said.resetWords },
  }),
  {
    ...fieldOf('iam:CreateLoginProfile', 'PasswordResetRequired', {
      label: said.key,
      control: { kind: 'check', words: said.keyWords },
    }),
    name: 'AccessKey',
  },
]

const permissions: readonly FieldRule[] = [
  fieldOf('iam:AddUserToGroup', 'GroupName', {
    label: said.groups,
    control: toLoad(true),
    limits: { required: false },
  }),
  fieldOf('iam:AttachUserPolicy', 'PolicyArn', {
    label: said.policies,
    help: said.policiesHelp,
    control: toLoad(true),
    limits: { ...policyArnLimits, required: false },
  }),
  boundaryField,
]

/** `/console/users/~create`: who, access, permissions, and a look at all of it. */
export const createUser = stepsPage<Action>({
  path: '/console/users/~create',
  under: users,
  crumb: said.crumb,
  calls: [
    ...([searches, 'iam:CreateUser', 'iam:AddUserToGroup'] as const),
    ...(['iam:CreateLoginProfile', 'iam:CreateAccessKey'] as const),
    ...ownChangeCalls,
  ],
  steps: [
    { title: said.who, fields: who },
    { title: said.access, fields: access },
    { title: said.permissions, fields: permissions },
  ],
  last: [
    fieldOf('iam:CreateLoginProfile', 'Password', {
      label: said.password,
      help: said.passwordHelp,
      control: { kind: 'secret' },
      limits: { required: true },
      when: ({ Console }) => Console === 'typed',
    }),
  ],
  button: said.button,
  read: async (call) => ({
    title: said.title,
    says: said.says,
    values: { Path: '/', Console: 'none', PasswordResetRequired: 'true', AccessKey: 'false' },
    controls: {
      GroupName: pickGroups(call, { many: true, typed: said.typedGroup }),
      PolicyArn: pickPolicies(call, { many: true, typed: shared.attach.typed }),
      PermissionsBoundary: pickPolicies(call, { many: false, typed: shared.boundary.typed }),
    },
    keep: { text: said.keep, href: '/console/users' },
  }),
  plan: (values, asked) => ({
    tasks: tasksOf(values, signInAddress(asked), asked.session.claims.partition),
    to: addressOf('/console/users/:name', { name: values.UserName ?? '' }),
    said: said.said(values.UserName ?? ''),
    report: said.report(values.UserName ?? ''),
  }),
})

function tasksOf(values: Values, signIn: string, partition: string): readonly Task<Action>[] {
  const { UserName = '', Path = '', PermissionsBoundary } = values
  const Tags = tagsOf(values.Tags)
  return [
    {
      words: said.task(UserName),
      needed: true,
      run: async (call) => {
        await call('iam:CreateUser', {
          UserName,
          Path: Path || undefined,
          PermissionsBoundary: PermissionsBoundary || undefined,
          Tags: Tags.length > 0 ? Tags : undefined,
        })
      },
    },
    ...listOf(values.GroupName).map(
      (GroupName): Task<Action> => ({
        words: said.taskGroup(GroupName),
        run: async (call) => {
          await call('iam:AddUserToGroup', { UserName, GroupName })
        },
      }),
    ),
    ...listOf(values.PolicyArn).map(
      (PolicyArn): Task<Action> => ({
        words: said.taskPolicy(PolicyArn),
        run: async (call) => {
          await call('iam:AttachUserPolicy', { UserName, PolicyArn })
        },
      }),
    ),
    ...(hasPassword(values) ? [passwordTask(values, signIn)] : []),
    ...(hasPassword(values) && values.PasswordResetRequired === 'true'
      ? [ownChangeTask(UserName, partition)]
      : []),
    ...(values.AccessKey === 'true'
      ? [{ words: said.taskKey, run: (call) => newKey(call, UserName) } satisfies Task<Action>]
      : []),
  ]
}

/** Shown with a password that was made up, because its user needs all of it. */
function passwordTask(values: Values, signIn: string): Task<Action> {
  const { UserName = '', Password: typed = '' } = values
  return {
    words: said.taskPassword,
    run: async (call) => {
      const isOurs = values.Console === 'generated'
      const Password = isOurs ? generatedPassword() : typed
      await call('iam:CreateLoginProfile', {
        ...{ UserName, Password },
        PasswordResetRequired: values.PasswordResetRequired === 'true',
      })
      return isOurs
        ? [
            [said.signIn, code(signIn)],
            [said.name, code(UserName)],
            [said.password, code(Password)],
          ]
        : undefined
    },
  }
}
