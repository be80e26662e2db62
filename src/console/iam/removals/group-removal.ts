import { type Action, type Call, partOf } from '../../call.ts'
import type { Removal } from '../../removal.ts'
import { mostItems } from '../parts.ts'
import { eachOf, policyDependents } from './dependents.ts'
import { words } from './words.ts'

const said = words.group

export const groupRemovalCalls = [
  ...(['iam:GetGroup', 'iam:ListAttachedGroupPolicies', 'iam:ListGroupPolicies'] as const),
  ...(['iam:RemoveUserFromGroup', 'iam:DetachGroupPolicy', 'iam:DeleteGroupPolicy'] as const),
  'iam:DeleteGroup',
] satisfies readonly Action[]
type Calls = (typeof groupRemovalCalls)[number]

/** What is deleted with a group; its members stay users. */
export async function groupRemoval(call: Call<Calls>, name: string): Promise<Removal<Calls>> {
  const { Group, Users, Marker } = await call('iam:GetGroup', {
    GroupName: name,
    MaxItems: mostItems,
  })
  const { GroupName } = Group
  const asked = { GroupName, MaxItems: mostItems }
  const [attached, inline] = await Promise.all([
    partOf(call('iam:ListAttachedGroupPolicies', asked)),
    partOf(call('iam:ListGroupPolicies', asked)),
  ])
  return {
    name: GroupName,
    title: said.title(GroupName),
    says: words.says,
    locked: Marker === undefined ? undefined : said.tooMany(mostItems.toLocaleString('en-GB')),
    dependents: [
      eachOf(said.members, { value: Users }, (users) =>
        users.map(({ UserName }) => ({
          words: said.member(UserName),
          run: async (now) => {
            await now('iam:RemoveUserFromGroup', { GroupName, UserName })
          },
        })),
      ),
      ...policyDependents<Calls>(attached, inline, {
        detach: (now, PolicyArn) => now('iam:DetachGroupPolicy', { GroupName, PolicyArn }),
        remove: (now, PolicyName) => now('iam:DeleteGroupPolicy', { GroupName, PolicyName }),
      }),
    ],
    last: {
      words: said.task(GroupName),
      run: async (now) => {
        await now('iam:DeleteGroup', { GroupName })
      },
    },
    said: words.gone(GroupName),
  }
}
