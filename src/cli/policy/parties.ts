import type { AccountSettings } from '../../config/placements.ts'
import { assumedRoleArn, iamArn } from '../../kernel/arn.ts'
import type { Party, Policy, PolicyKind } from '../../policy/index.ts'
import { managedPoliciesOf, parseManaged } from '../../reference/managed-policies.ts'

type Holding = {
  readonly name: string
  readonly path?: string | undefined
  readonly policies?: Readonly<Record<string, string>> | undefined
  readonly attachedPolicies?: readonly string[] | undefined
  readonly permissionsBoundary?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/**
 * Returns the users and roles of settings that `loadSettings` accepted, with the policies that
 * decide for them.
 */
export async function partiesOf(accounts: readonly AccountSettings[]): Promise<readonly Party[]> {
  const readyMade = await managedPoliciesOf(accounts.map(({ partition = 'aws' }) => partition))
  return accounts.flatMap((account) => {
    const partition = account.partition ?? 'aws'
    const documents = new Map(
      (account.policies ?? []).map(({ name, path, document }) => [
        iamArn({ partition, account: account.id }, 'policy', name, path),
        document,
      ]),
    )
    const groups = new Map((account.groups ?? []).map((group) => [group.name.toLowerCase(), group]))
    const managed = (kind: PolicyKind, arn: string) =>
      read(kind, arn, documents.get(arn) ?? readyMade.get(partition)?.find(arn)?.document)
    const held = (owner: string, { policies = {}, attachedPolicies = [] }: Holding) => [
      ...Object.entries(policies).map(([name, text]) => read('identity', `${owner}/${name}`, text)),
      ...attachedPolicies.map((arn) => managed('identity', arn)),
    ]
    const own = ({ permissionsBoundary, tags = {} }: Holding, username?: string) => ({
      ...(permissionsBoundary !== undefined && {
        boundary: [managed('boundary', permissionsBoundary)],
      }),
      context: new Map([
        ...(username === undefined ? [] : [['aws:username', [username]] as const]),
        ...Object.entries(tags).map(
          ([key, value]) => [`aws:principaltag/${key.toLowerCase()}`, [value]] as const,
        ),
      ]),
    })
    const users = (account.users ?? []).map((user): Party => {
      const arn = iamArn({ partition, account: account.id }, 'user', user.name, user.path)
      const ofGroups = (user.groups ?? []).flatMap((name) =>
        held(`group/${name}`, groups.get(name.toLowerCase()) ?? { name }),
      )
      return {
        arn,
        principal: { kind: 'user', arn, account: account.id, userArn: arn },
        identity: [...held(`user/${user.name}`, user), ...ofGroups],
        ...own(user, user.name),
      }
    })
    const roles = (account.roles ?? []).map((role): Party => {
      const arn = iamArn({ partition, account: account.id }, 'role', role.name, role.path)
      const session = assumedRoleArn(partition, account.id, role.name, 'session')
      return {
        arn,
        principal: { kind: 'assumed-role', arn: session, account: account.id, roleArn: arn },
        identity: held(`role/${role.name}`, role),
        trust: [read('trust', `${role.name} trust policy`, role.trustPolicy)],
        ...own(role),
      }
    })
    return [...users, ...roles]
  })
}

const denyAll = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}'

/**
 * Denies everything for an attached policy that does not exist, as at run time, because it may have
 * been a Deny.
 */
function read(kind: PolicyKind, id: string, text: string | undefined): Policy {
  const parsed = parseManaged(kind, { arn: id }, text ?? denyAll)
  if (parsed.ok) return parsed.policy
  throw new Error(`policy \`${id}\` is refused: ${parsed.problems[0]?.message ?? ''}`)
}
