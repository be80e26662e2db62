import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { group } from './group.ts'

const path = '/console/groups/:name/policies/:policy'

/** `/console/groups/NAME/policies/NAME`: an inline policy, which is deleted with its group. */
export const groupPolicy = detailPage({
  path,
  params: {
    name: limitsOf('iam:GetGroupPolicy', 'GroupName'),
    policy: limitsOf('iam:GetGroupPolicy', 'PolicyName'),
  },
  under: group,
  crumb: ({ policy = '' }) => policy,
  calls: ['iam:GetGroupPolicy'],
  async read(call, { params: { name = '', policy = '' } }) {
    const found = await call('iam:GetGroupPolicy', { GroupName: name, PolicyName: policy })
    return {
      title: found.PolicyName,
      says: `An inline policy of the group ${found.GroupName}. It counts from the next call.`,
      actions: [
        { text: 'Edit', href: addressOf(`${path}/edit`, { name, policy }) },
        { text: 'Delete', href: addressOf(`${path}/delete`, { name, policy }) },
      ],
      main: [{ kind: 'document', title: 'Policy', text: found.PolicyDocument }],
      aside: [],
    }
  },
})
