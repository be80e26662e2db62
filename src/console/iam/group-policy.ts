import { addressOf } from '../address.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { group } from './group.ts'
import { words } from './words.ts'

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
      says: words.inline.of.group(found.GroupName),
      actions: [
        { text: words.acts.edit, href: addressOf(`${path}/edit`, { name, policy }) },
        { text: words.acts.delete, href: addressOf(`${path}/delete`, { name, policy }) },
      ],
      main: [{ kind: 'document', title: words.inline.policy, text: found.PolicyDocument }],
      aside: [],
    }
  },
})
