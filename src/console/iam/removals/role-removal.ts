import { type Action, type Call, partOf } from '../../call.ts'
import { text } from '../../cells.ts'
import type { Dependents, Removal } from '../../removal.ts'
import { mostItems } from '../parts.ts'
import { eachOf, policyDependents } from './dependents.ts'
import { words } from './words.ts'

const said = words.role

export const roleRemovalCalls = [
  ...(['iam:GetRole', 'iam:ListInstanceProfilesForRole', 'iam:ListRolePolicies'] as const),
  ...(['iam:ListAttachedRolePolicies', 'iam:RemoveRoleFromInstanceProfile'] as const),
  ...(['iam:DetachRolePolicy', 'iam:DeleteRolePolicy', 'iam:DeleteRole'] as const),
  'iam:DeleteServiceLinkedRole',
] satisfies readonly Action[]
type Calls = (typeof roleRemovalCalls)[number]

/** What is deleted with a role. A service deletes its own roles, with all they have. */
export async function roleRemoval(call: Call<Calls>, name: string): Promise<Removal<Calls>> {
  const { Role: found, ManagedBy } = await call('iam:GetRole', { RoleName: name })
  const { RoleName } = found
  const common = {
    name: RoleName,
    title: said.title(RoleName),
    locked: ManagedBy === 'settings' ? words.bySettings : undefined,
    told: [
      {
        kind: 'terms' as const,
        title: said.whatHappens,
        terms: [[said.sessions, text(said.sessionsTold)] as const],
      },
    ],
    said: words.gone(RoleName),
  }
  if (isOfService(found.Path))
    return {
      ...common,
      says: words.saysAlone,
      dependents: [],
      last: {
        words: said.taskOfService(RoleName),
        run: async (now) => {
          await now('iam:DeleteServiceLinkedRole', { RoleName })
        },
      },
    }
  return {
    ...common,
    says: words.says,
    dependents: await dependentsOf(call, RoleName),
    last: {
      words: said.task(RoleName),
      run: async (now) => {
        await now('iam:DeleteRole', { RoleName })
      },
    },
  }
}

async function dependentsOf(
  call: Call<Calls>,
  RoleName: string,
): Promise<readonly Dependents<Calls>[]> {
  const asked = { RoleName, MaxItems: mostItems }
  const [profiles, attached, inline] = await Promise.all([
    partOf(call('iam:ListInstanceProfilesForRole', asked)),
    partOf(call('iam:ListAttachedRolePolicies', asked)),
    partOf(call('iam:ListRolePolicies', asked)),
  ])
  return [
    eachOf(said.profiles, profiles, ({ InstanceProfiles }) =>
      InstanceProfiles.map(({ InstanceProfileName }) => ({
        words: said.profile(InstanceProfileName),
        run: async (now) => {
          await now('iam:RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName })
        },
      })),
    ),
    ...policyDependents<Calls>(attached, inline, {
      detach: (now, PolicyArn) => now('iam:DetachRolePolicy', { RoleName, PolicyArn }),
      remove: (now, PolicyName) => now('iam:DeleteRolePolicy', { RoleName, PolicyName }),
    }),
  ]
}

/** Paths of roles that a service made for itself, with CreateServiceLinkedRole. */
function isOfService(path: string): boolean {
  return path.startsWith('/aws-service-role/')
}
