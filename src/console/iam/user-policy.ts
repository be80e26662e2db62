import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { user } from './user.ts'
import { words } from './words.ts'

const path = '/console/users/:name/policies/:policy'

/** `/console/users/NAME/policies/NAME`: an inline policy, which is deleted with its user. */
export const userPolicy = detailPage({
  path,
  params: {
    name: limitsOf('iam:GetUserPolicy', 'UserName'),
    policy: limitsOf('iam:GetUserPolicy', 'PolicyName'),
  },
  under: user,
  crumb: ({ policy = '' }) => policy,
  calls: ['iam:GetUserPolicy'],
  async read(call, { params: { name = '', policy = '' } }) {
    const found = await call('iam:GetUserPolicy', { UserName: name, PolicyName: policy })
    return {
      title: found.PolicyName,
      says: words.inline.of.user(found.UserName),
      actions: [
        { text: words.acts.edit, href: addressOf(`${path}/edit`, { name, policy }) },
        { text: words.acts.delete, href: addressOf(`${path}/delete`, { name, policy }) },
      ],
      main: [{ kind: 'document', title: words.inline.policy, text: found.PolicyDocument }],
      aside: [],
    }
  },
})
