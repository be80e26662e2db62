import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { role } from './role.ts'

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
      says: `An inline policy of the role ${found.RoleName}. It counts from the next call.`,
      actions: [
        { text: 'Edit', href: addressOf(`${path}/edit`, { name, policy }) },
        { text: 'Delete', href: addressOf(`${path}/delete`, { name, policy }) },
      ],
      main: [{ kind: 'document', title: 'Policy', text: found.PolicyDocument }],
      aside: [],
    }
  },
})
