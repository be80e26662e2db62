import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { role } from './role.ts'
import { words } from './words.ts'

const path = '/console/roles/:name/policies/:policy'

/** `/console/roles/NAME/policies/NAME`: an inline policy, which is deleted with its role. */
export const rolePolicy = detailPage({
  path,
  params: {
    name: limitsOf('iam:GetRolePolicy', 'RoleName'),
    policy: limitsOf('iam:GetRolePolicy', 'PolicyName'),
  },
  under: role,
  crumb: ({ policy = '' }) => policy,
  calls: ['iam:GetRolePolicy'],
  async read(call, { params: { name = '', policy = '' } }) {
    const found = await call('iam:GetRolePolicy', { RoleName: name, PolicyName: policy })
    return {
      title: found.PolicyName,
      says: words.inline.of.role(found.RoleName),
      actions: [
        { text: words.acts.edit, href: addressOf(`${path}/edit`, { name, policy }) },
        { text: words.acts.delete, href: addressOf(`${path}/delete`, { name, policy }) },
      ],
      main: [{ kind: 'document', title: words.inline.policy, text: found.PolicyDocument }],
      aside: [],
    }
  },
})
