import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { formPage } from '../page.ts'
import { policyName } from './parts.ts'
import { policyArnLimits } from './policy.ts'
import { user } from './user.ts'

/** `/console/users/NAME/attached/ARN/detach`. */
export const userPolicyDetach = formPage({
  path: '/console/users/:name/attached/:arn/detach',
  params: { name: limitsOf('iam:DetachUserPolicy', 'UserName'), arn: policyArnLimits },
  under: user,
  crumb: ({ arn = '' }) => `Detach ${policyName(arn)}`,
  calls: ['iam:GetUser', 'iam:DetachUserPolicy'],
  operation: 'iam:DetachUserPolicy',
  button: 'Detach the policy',
  fields: [],
  async read(call, { params: { name = '', arn = '' } }) {
    const { User: found } = await call('iam:GetUser', { UserName: name })
    const href = addressOf('/console/users/:name', { name: found.UserName })
    return {
      title: `Detach ${policyName(arn)} from ${found.UserName}?`,
      says: 'What it allows and denies no longer counts from the next call. The policy stays.',
      values: {},
      keep: { text: 'Keep it attached', href },
    }
  },
  async save(call, { params: { name = '', arn = '' } }) {
    await call('iam:DetachUserPolicy', { UserName: name, PolicyArn: arn })
    return {
      to: addressOf('/console/users/:name', { name }),
      said: `${policyName(arn)} is detached.`,
    }
  },
})
