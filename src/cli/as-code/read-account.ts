import type {
  GetAccountAuthorizationDetailsResponse as Details,
  GetAccountPasswordPolicyResponse,
  GetInstanceProfileResponse,
  GetOpenIDConnectProviderResponse,
  GetPolicyResponse,
  GetRoleResponse,
  ListAccountAliasesResponse,
  ListInstanceProfilesResponse,
  ListOpenIDConnectProvidersResponse,
} from '../../reference/aws/iam-shapes.gen.ts'
import type { CurrentAccount, Filling, OfAccount } from './account-configuration.ts'
import { BatchRefusal, type CalledAs, readTogether } from './batch-client.ts'
import { documentOf, entitiesOf, otherVersionsOf, tagsOfList } from './details.ts'

const kinds = ['User', 'Group', 'Role', 'LocalManagedPolicy']

/**
 * Reads an account with the permissions of the caller. Roles of services are left out: only those
 * services change them. Throws what `readTogether` throws.
 */
export async function readAccount(
  as: CalledAs,
  { account, partition }: Pick<CurrentAccount, 'account' | 'partition'>,
): Promise<CurrentAccount> {
  const details = await pages<Details>(as, 'GetAccountAuthorizationDetails', { Filter: kinds })
  const entities = entitiesOf(details)
  await addRoles(as, entities)
  await addPolicyTags(as, entities, { account, partition })
  await addProfiles(as, entities)
  await addProviders(as, entities)
  return {
    account,
    partition,
    entities,
    otherVersions: otherVersionsOf(details),
    ofAccount: await readOfAccount(as),
  }
}

async function pages<T extends { readonly Marker?: string | undefined }>(
  as: CalledAs,
  operation: string,
  parameters: object,
): Promise<readonly T[]> {
  const found: T[] = []
  for (let Marker: string | undefined; ; ) {
    const [page] = await readTogether<T>(as, [
      [operation, { ...parameters, MaxItems: 1000, ...(Marker !== undefined && { Marker }) }],
    ])
    found.push(page!)
    Marker = page?.Marker
    if (Marker === undefined) return found
  }
}

/** What the details do not tell of roles. */
async function addRoles(as: CalledAs, { roles }: Filling): Promise<void> {
  const names = [...roles.keys()]
  const told = await readTogether<GetRoleResponse>(
    as,
    names.map((RoleName) => ['GetRole', { RoleName }]),
  )
  for (const [index, name] of names.entries()) {
    const { Description, MaxSessionDuration = 3600, AssumeRolePolicyDocument } = told[index]!.Role
    roles.set(name, {
      ...roles.get(name)!,
      ...(Description && { description: Description }),
      maxSessionDuration: MaxSessionDuration,
      trustPolicy: documentOf(AssumeRolePolicyDocument),
    })
  }
}

async function addPolicyTags(
  as: CalledAs,
  { policies }: Filling,
  { account, partition }: Pick<CurrentAccount, 'account' | 'partition'>,
): Promise<void> {
  const all = [...policies]
  const told = await readTogether<GetPolicyResponse>(
    as,
    all.map(([name, { path }]) => [
      'GetPolicy',
      { PolicyArn: `arn:${partition}:iam::${account}:policy${path}${name}` },
    ]),
  )
  for (const [index, [name, policy]] of all.entries())
    policies.set(name, { ...policy, tags: tagsOfList(told[index]?.Policy?.Tags) })
}

async function addProfiles(as: CalledAs, entities: Filling): Promise<void> {
  const listed = await pages<ListInstanceProfilesResponse>(as, 'ListInstanceProfiles', {})
  const names = listed.flatMap((page) =>
    page.InstanceProfiles.map(({ InstanceProfileName }) => InstanceProfileName),
  )
  const told = await readTogether<GetInstanceProfileResponse>(
    as,
    names.map((InstanceProfileName) => ['GetInstanceProfile', { InstanceProfileName }]),
  )
  for (const { InstanceProfile: one } of told)
    entities['instance-profiles'].set(one.InstanceProfileName, {
      path: one.Path,
      ...(one.Roles[0] && { role: one.Roles[0].RoleName }),
      tags: tagsOfList(one.Tags),
    })
}

async function addProviders(as: CalledAs, entities: Filling): Promise<void> {
  const [listed] = await readTogether<ListOpenIDConnectProvidersResponse>(as, [
    ['ListOpenIDConnectProviders', {}],
  ])
  const arns = (listed?.OpenIDConnectProviderList ?? []).flatMap(({ Arn }) => Arn ?? [])
  const told = await readTogether<GetOpenIDConnectProviderResponse>(
    as,
    arns.map((OpenIDConnectProviderArn) => [
      'GetOpenIDConnectProvider',
      { OpenIDConnectProviderArn },
    ]),
  )
  for (const [index, one] of told.entries()) {
    const url = `https://${arns[index]!.replace(/^.*:oidc-provider\//, '')}`
    entities['oidc-providers'].set(url, {
      url,
      clientIds: [...(one.ClientIDList ?? [])],
      thumbprints: [...(one.ThumbprintList ?? [])],
      tags: tagsOfList(one.Tags),
    })
  }
}

async function readOfAccount(as: CalledAs): Promise<OfAccount> {
  const [aliases] = await readTogether<ListAccountAliasesResponse>(as, [['ListAccountAliases', {}]])
  const [alias] = aliases?.AccountAliases ?? []
  const passwordPolicy = await readPasswordPolicy(as)
  return { ...(alias !== undefined && { alias }), ...(passwordPolicy && { passwordPolicy }) }
}

async function readPasswordPolicy(as: CalledAs): Promise<OfAccount['passwordPolicy']> {
  try {
    const [told] = await readTogether<GetAccountPasswordPolicyResponse>(as, [
      ['GetAccountPasswordPolicy', {}],
    ])
    const policy = told!.PasswordPolicy
    return {
      minimumPasswordLength: policy.MinimumPasswordLength ?? 6,
      requireSymbols: policy.RequireSymbols ?? false,
      requireNumbers: policy.RequireNumbers ?? false,
      requireUppercaseCharacters: policy.RequireUppercaseCharacters ?? false,
      requireLowercaseCharacters: policy.RequireLowercaseCharacters ?? false,
      allowUsersToChangePassword: policy.AllowUsersToChangePassword ?? false,
      hardExpiry: policy.HardExpiry ?? false,
      ...(policy.MaxPasswordAge !== undefined && { maxPasswordAge: policy.MaxPasswordAge }),
      ...(policy.PasswordReusePrevention !== undefined && {
        passwordReusePrevention: policy.PasswordReusePrevention,
      }),
    }
  } catch (error) {
    if (error instanceof BatchRefusal && error.code === 'NoSuchEntity') return undefined
    throw error
  }
}
