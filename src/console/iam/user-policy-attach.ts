import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { formPage } from '../page.ts'
import { user } from './user.ts'

/** `/console/users/NAME/attach-policy`. */
export const userPolicyAttach = formPage({
  path: '/console/users/:name/attach-policy',
  params: { name: limitsOf('iam:AttachUserPolicy', 'UserName') },
  under: user,
  crumb: 'Attach a policy',
  calls: ['iam:GetUser', 'iam:AttachUserPolicy'],
  operation: 'iam:AttachUserPolicy',
  button: 'Attach the policy',
  fields: [
    {
      member: 'PolicyArn',
      label: 'ARN of the policy',
      help: 'A managed policy, as its page shows it.',
      control: { kind: 'line' },
    },
  ],
  async read(call, { params: { name = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    const href = addressOf('/console/users/:name', { name: found.UserName })
    return {
      title: `Attach a policy to ${found.UserName}`,
      says: 'What it allows and denies counts from the next call.',
      values: {},
      keep: { text: 'Attach none', href },
    }
  },
  async save(call, { params: { name = '' } }, { PolicyArn = '' }) {
    await call('iam:AttachUserPolicy', { UserName: name, PolicyArn })
    return {
      to: addressOf('/console/users/:name', { name }),
      said: 'The policy is attached. It counts from the next call.',
    }
  },
})
