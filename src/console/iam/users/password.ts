import { addressOf } from '../../address.ts'
import { unlessAbsent } from '../../call.ts'
import { fieldOf } from '../../fields.ts'
import { formPage, stepsPage } from '../../page.ts'
import { aUser } from '../entity-forms/subject.ts'
import { ownChangeCalls, ownChangeTask } from './own-change.ts'
import { words } from './words.ts'

const said = words.password
const userOf = (name: string) => addressOf('/console/users/:name', { name })

/** `/console/users/NAME/password`: gives a password, or changes the one that is there. */
export const setPassword = stepsPage({
  path: '/console/users/:name/password',
  params: { name: aUser.name },
  under: aUser.page,
  crumb: said.crumb,
  calls: [
    ...(['iam:GetUser', 'iam:GetLoginProfile'] as const),
    ...(['iam:CreateLoginProfile', 'iam:UpdateLoginProfile'] as const),
    ...ownChangeCalls,
  ],
  steps: [
    {
      title: '',
      fields: [
        fieldOf('iam:UpdateLoginProfile', 'Password', {
          ...{ label: said.label, help: said.help, control: { kind: 'secret' } },
        }),
        fieldOf('iam:UpdateLoginProfile', 'PasswordResetRequired', {
          label: said.reset,
          help: words.create.resetHelp,
          control: { kind: 'check', words: said.resetWords },
        }),
      ],
    },
  ],
  button: said.button,
  edits: true,
  async read(call, { params: { name = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    const profile = await unlessAbsent(call('iam:GetLoginProfile', { UserName: found.UserName }))
    const { PasswordResetRequired = profile === undefined } = profile?.LoginProfile ?? {}
    return {
      title: said.title(found.UserName),
      says: said.says,
      values: {
        PasswordResetRequired: String(PasswordResetRequired),
        isSet: String(profile !== undefined),
      },
      keep: { text: said.keep, href: userOf(found.UserName) },
    }
  },
  plan: (
    { Password = '', PasswordResetRequired },
    { params: { name = '' }, now, changed, session },
  ) => ({
    tasks: [
      {
        words: said.task,
        needed: true,
        run: async (call) => {
          const given = { UserName: name, Password: Password || undefined }
          const reset = PasswordResetRequired === 'true'
          if (now.isSet === 'true')
            await call('iam:UpdateLoginProfile', {
              ...given,
              ...(changed('PasswordResetRequired') && { PasswordResetRequired: reset }),
            })
          else await call('iam:CreateLoginProfile', { ...given, PasswordResetRequired: reset })
        },
      },
      ...(PasswordResetRequired === 'true' ? [ownChangeTask(name, session.claims.partition)] : []),
    ],
    to: userOf(name),
    said: said.saidSet,
    report: said.report,
  }),
})

/** `/console/users/NAME/password/delete`. */
export const deletePassword = formPage({
  path: '/console/users/:name/password/delete',
  params: { name: aUser.name },
  under: aUser.page,
  crumb: said.remove,
  calls: ['iam:GetUser', 'iam:DeleteLoginProfile'],
  operation: 'iam:DeleteLoginProfile',
  button: said.remove,
  danger: true,
  fields: [],
  async read(call, { params: { name = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    return {
      title: said.removeTitle(found.UserName),
      says: said.removeSays,
      values: {},
      keep: { text: said.removeKeep, href: userOf(found.UserName) },
    }
  },
  async save(call, { params: { name = '' } }) {
    await call('iam:DeleteLoginProfile', { UserName: name })
    return { to: userOf(name), said: said.removed }
  },
})
