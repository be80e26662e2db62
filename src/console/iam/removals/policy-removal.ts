import { type Action, type Call, partOf } from '../../call.ts'
import type { Removal } from '../../removal.ts'
import { mostItems } from '../parts.ts'
import { isReadyMade } from '../policies.ts'
import { eachOf } from './dependents.ts'
import { words } from './words.ts'

const said = words.policy
const mostNamed = 5

export const policyRemovalCalls = [
  ...(['iam:GetPolicy', 'iam:ListEntitiesForPolicy', 'iam:ListPolicyVersions'] as const),
  ...(['iam:DetachUserPolicy', 'iam:DetachGroupPolicy', 'iam:DetachRolePolicy'] as const),
  ...(['iam:DeletePolicyVersion', 'iam:DeletePolicy'] as const),
] satisfies readonly Action[]
type Calls = (typeof policyRemovalCalls)[number]

/**
 * What is deleted with a managed policy. Boundaries stay in force: taking one away would allow its
 * holder more than before.
 */
export async function policyRemoval(call: Call<Calls>, PolicyArn: string): Promise<Removal<Calls>> {
  const { Policy: { PolicyName = '' } = {} } = await call('iam:GetPolicy', { PolicyArn })
  const asked = { PolicyArn, MaxItems: mostItems }
  const [holders, bounded, versions] = await Promise.all([
    partOf(call('iam:ListEntitiesForPolicy', { ...asked, PolicyUsageFilter: 'PermissionsPolicy' })),
    partOf(
      call('iam:ListEntitiesForPolicy', { ...asked, PolicyUsageFilter: 'PermissionsBoundary' }),
    ),
    partOf(call('iam:ListPolicyVersions', asked)),
  ])
  return {
    name: PolicyName,
    title: said.title(PolicyName),
    says: words.says,
    locked: lockOf(PolicyArn, holders, bounded),
    dependents: [
      eachOf(said.holders, holders, ({ PolicyUsers, PolicyGroups, PolicyRoles }) => [
        ...named(PolicyUsers, 'UserName').map((UserName) => ({
          words: said.user(UserName),
          run: (now: Call<Calls>) => done(now('iam:DetachUserPolicy', { UserName, PolicyArn })),
        })),
        ...named(PolicyGroups, 'GroupName').map((GroupName) => ({
          words: said.group(GroupName),
          run: (now: Call<Calls>) => done(now('iam:DetachGroupPolicy', { GroupName, PolicyArn })),
        })),
        ...named(PolicyRoles, 'RoleName').map((RoleName) => ({
          words: said.role(RoleName),
          run: (now: Call<Calls>) => done(now('iam:DetachRolePolicy', { RoleName, PolicyArn })),
        })),
      ]),
      eachOf(said.versions, versions, ({ Versions = [] }) =>
        Versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion).map(({ VersionId = '' }) => ({
          words: said.version(VersionId),
          run: (now) => done(now('iam:DeletePolicyVersion', { PolicyArn, VersionId })),
        })),
      ),
    ],
    last: {
      words: said.task(PolicyName),
      run: (now) => done(now('iam:DeletePolicy', { PolicyArn })),
    },
    said: words.gone(PolicyName),
  }
}

type Entities = Awaited<ReturnType<Call<'iam:ListEntitiesForPolicy'>>>
type Part = { readonly value: Entities } | { readonly denied: unknown }

/** Why the policy can't be deleted by the page. */
function lockOf(arn: string, holders: Part, bounded: Part): string | undefined {
  if (isReadyMade(arn)) return said.readyMade
  if ('value' in holders && holders.value.Marker !== undefined)
    return said.tooMany(mostItems.toLocaleString('en-GB'))
  if (!('value' in bounded)) return undefined
  const names = [
    ...named(bounded.value.PolicyUsers, 'UserName'),
    ...named(bounded.value.PolicyRoles, 'RoleName'),
  ]
  if (names.length === 0) return undefined
  const more = names.length > mostNamed ? ', …' : ''
  return said.bounds(names.slice(0, mostNamed).join(', ') + more)
}

function named<K extends string>(
  entities: readonly { readonly [name in K]?: string | undefined }[] = [],
  name: K,
): readonly string[] {
  return entities.map((one) => one[name] ?? '')
}

async function done(work: Promise<unknown>): Promise<void> {
  await work
}
