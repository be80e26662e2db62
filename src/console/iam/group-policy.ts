import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { group } from './group.ts'

/** `/console/groups/NAME/policies/NAME`: an inline policy, which is deleted with its group. */
export const groupPolicy = detailPage({
  path: '/console/groups/:name/policies/:policy',
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
      actions: [],
      main: [{ kind: 'document', title: 'Policy', text: found.PolicyDocument }],
      aside: [],
    }
  },
})
