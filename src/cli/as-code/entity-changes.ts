import { isDeepStrictEqual } from 'node:util'
import type {
  AccountConfiguration,
  CurrentAccount,
  Document,
  Group,
  Kind,
  OidcProvider,
  Policy,
  Role,
  User,
} from './account-configuration.ts'
import { type Change, Changes, tagsOf, without } from './change.ts'

type At = Pick<CurrentAccount, 'account' | 'partition'>
const arnOf = ({ partition, account }: At, type: string, name: string, path = '/') =>
  `arn:${partition}:iam::${account}:${type}${path}${name}`
const json = (document: Document) => JSON.stringify(document)

/** Of `wanted` what is not in `current`, in the order of names. */
function fresh<K extends Kind>(kind: K, current: CurrentAccount, wanted: AccountConfiguration) {
  const there = new Set([...current.entities[kind].keys()].map((name) => name.toLowerCase()))
  type Entity = ReturnType<AccountConfiguration['entities'][K]['get']> & {}
  const all = wanted.entities[kind] as ReadonlyMap<string, Entity>
  return [...all].filter(([name]) => !there.has(name.toLowerCase())).sort(byName)
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
  a < b ? -1 : 1

/**
 * The calls that make entities: policies first, then whom trust policies name, then roles. A role
 * that trusts one made after it trusts nobody until all are there.
 */
export function createdEntities(
  current: CurrentAccount,
  wanted: AccountConfiguration,
): readonly Change[] {
  return [
    ...fresh('policies', current, wanted).flatMap(([name, one]) => createPolicy(name, one)),
    ...fresh('oidc-providers', current, wanted).flatMap(([url, one]) => createProvider(url, one)),
    ...fresh('groups', current, wanted).flatMap(([name, { path }]) =>
      one(`group ${name}`, 'CreateGroup', { GroupName: name, Path: path }),
    ),
    ...fresh('users', current, wanted).flatMap(([name, { path, permissionsBoundary, tags }]) =>
      one(`user ${name}`, 'CreateUser', {
        UserName: name,
        Path: path,
        ...(permissionsBoundary !== undefined && { PermissionsBoundary: permissionsBoundary }),
        ...tagsOf(tags),
      }),
    ),
    ...createRoles(current, wanted),
    ...fresh('instance-profiles', current, wanted).flatMap(([name, { path, tags }]) =>
      one(`instance profile ${name}`, 'CreateInstanceProfile', {
        InstanceProfileName: name,
        Path: path,
        ...tagsOf(tags),
      }),
    ),
  ]
}

function one(what: string, operation: string, parameters: Change['parameters']): readonly Change[] {
  return [{ operation, parameters, sign: '+', told: what }]
}

function createPolicy(name: string, { path, description, document, tags }: Policy) {
  return one(`policy ${name}`, 'CreatePolicy', {
    PolicyName: name,
    Path: path,
    PolicyDocument: json(document),
    ...(description !== undefined && { Description: description }),
    ...tagsOf(tags),
  })
}

function createProvider(url: string, { clientIds, thumbprints, tags }: OidcProvider) {
  return one(`OpenID Connect provider ${url}`, 'CreateOpenIDConnectProvider', {
    Url: url,
    ClientIDList: clientIds,
    ThumbprintList: thumbprints,
    ...tagsOf(tags),
  })
}

function createRoles(current: CurrentAccount, wanted: AccountConfiguration): readonly Change[] {
  const roles = fresh('roles', current, wanted)
  const later = new Set(roles.map(([name, { path }]) => arnOf(current, 'role', name, path)))
  const closed = json({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Deny',
      Principal: { AWS: current.account },
      Action: 'sts:AssumeRole',
    },
  })
  const opened: Change[] = []
  const made = roles.flatMap(([name, role]) => {
    const trust = json(role.trustPolicy)
    const waits = [...later].some((arn) => trust.includes(`"${arn}"`))
    later.delete(arnOf(current, 'role', name, role.path))
    if (waits)
      opened.push({
        operation: 'UpdateAssumeRolePolicy',
        parameters: { RoleName: name, PolicyDocument: trust },
        sign: '~',
        told: `role ${name}: trust policy`,
      })
    return one(`role ${name}`, 'CreateRole', {
      RoleName: name,
      Path: role.path,
      AssumeRolePolicyDocument: waits ? closed : trust,
      MaxSessionDuration: role.maxSessionDuration,
      ...(role.description ? { Description: role.description } : {}),
      ...(role.permissionsBoundary !== undefined && {
        PermissionsBoundary: role.permissionsBoundary,
      }),
      ...tagsOf(role.tags),
    })
  })
  return [...made, ...opened]
}

/** The calls that change what entities are and hold, of those just made too. */
export function heldChanges(
  current: CurrentAccount,
  wanted: AccountConfiguration,
): readonly Change[] {
  const { entities } = wanted
  const before = current.entities
  return [
    ...[...entities.policies].flatMap(([name, policy]) =>
      policyChanges(current, name, before.policies.get(name), policy),
    ),
    ...[...entities['oidc-providers']].flatMap(([url, provider]) =>
      providerChanges(current, url, before['oidc-providers'].get(url), provider),
    ),
    ...[...entities.groups].flatMap(([name, group]) => {
      const changes = new Changes(`group ${name}`, { GroupName: name })
      const old = before.groups.get(name)
      if (old && old.path !== group.path)
        changes.add('~', 'UpdateGroup', `path ${group.path}`, { NewPath: group.path })
      holdings(changes, 'Group', old, group)
      return changes.list
    }),
    ...[...entities.users].flatMap(([name, user]) =>
      userChanges(name, before.users.get(name), user),
    ),
    ...[...entities.roles].flatMap(([name, role]) =>
      roleChanges(name, before.roles.get(name), role),
    ),
    ...[...entities['instance-profiles']].flatMap(([name, profile]) => {
      const changes = new Changes(`instance profile ${name}`, { InstanceProfileName: name })
      const old = before['instance-profiles'].get(name)
      if (old?.role !== profile.role) {
        if (old?.role !== undefined)
          changes.add('~', 'RemoveRoleFromInstanceProfile', `without role ${old.role}`, {
            RoleName: old.role,
          })
        if (profile.role !== undefined)
          changes.add('~', 'AddRoleToInstanceProfile', `role ${profile.role}`, {
            RoleName: profile.role,
          })
      }
      if (old) changes.tags('InstanceProfile', old.tags, profile.tags)
      return changes.list
    }),
  ]
}

function policyChanges(
  current: CurrentAccount,
  name: string,
  before: Policy | undefined,
  after: Policy,
): readonly Change[] {
  if (!before) return []
  const arn = arnOf(current, 'policy', name, after.path)
  const changes = new Changes(`policy ${name}`, { PolicyArn: arn })
  if (!isDeepStrictEqual(before.document, after.document)) {
    const others = current.otherVersions.get(name) ?? []
    // A policy has at most five versions, the default one included.
    const [oldest] = others
    if (others.length >= 4 && oldest !== undefined)
      changes.add('-', 'DeletePolicyVersion', `version ${oldest}`, { VersionId: oldest })
    changes.add('~', 'CreatePolicyVersion', 'document', {
      PolicyDocument: json(after.document),
      SetAsDefault: true,
    })
  }
  changes.tags('Policy', before.tags, after.tags)
  return changes.list
}

function providerChanges(
  current: CurrentAccount,
  url: string,
  before: OidcProvider | undefined,
  after: OidcProvider,
): readonly Change[] {
  if (!before) return []
  const arn = arnOf(current, 'oidc-provider', url.replace(/^https:\/\//, ''))
  const changes = new Changes(`OpenID Connect provider ${url}`, { OpenIDConnectProviderArn: arn })
  const gone = before.clientIds.filter((id) => !after.clientIds.includes(id))
  const come = after.clientIds.filter((id) => !before.clientIds.includes(id))
  for (const ClientID of gone)
    changes.add('~', 'RemoveClientIDFromOpenIDConnectProvider', `without ${ClientID}`, { ClientID })
  for (const ClientID of come)
    changes.add('~', 'AddClientIDToOpenIDConnectProvider', `client ${ClientID}`, { ClientID })
  if (!isDeepStrictEqual(before.thumbprints.toSorted(), after.thumbprints.toSorted()))
    changes.add('~', 'UpdateOpenIDConnectProviderThumbprint', 'thumbprints', {
      ThumbprintList: after.thumbprints,
    })
  changes.tags('OpenIDConnectProvider', before.tags, after.tags)
  return changes.list
}

function userChanges(name: string, before: User | undefined, after: User): readonly Change[] {
  const changes = new Changes(`user ${name}`, { UserName: name })
  if (before && before.path !== after.path)
    changes.add('~', 'UpdateUser', `path ${after.path}`, { NewPath: after.path })
  if (before) boundary(changes, 'User', before.permissionsBoundary, after.permissionsBoundary)
  for (const GroupName of without(before?.groups ?? [], after.groups))
    changes.add('~', 'RemoveUserFromGroup', `out of group ${GroupName}`, { GroupName })
  for (const GroupName of without(after.groups, before?.groups ?? []))
    changes.add('~', 'AddUserToGroup', `into group ${GroupName}`, { GroupName })
  holdings(changes, 'User', before, after)
  if (before) changes.tags('User', before.tags, after.tags)
  return changes.list
}

function roleChanges(name: string, before: Role | undefined, after: Role): readonly Change[] {
  const changes = new Changes(`role ${name}`, { RoleName: name })
  if (before) {
    if (!isDeepStrictEqual(before.trustPolicy, after.trustPolicy))
      changes.add('~', 'UpdateAssumeRolePolicy', 'trust policy', {
        PolicyDocument: json(after.trustPolicy),
      })
    if (
      (before.description ?? '') !== (after.description ?? '') ||
      before.maxSessionDuration !== after.maxSessionDuration
    )
      changes.add('~', 'UpdateRole', 'description and duration', {
        Description: after.description ?? '',
        MaxSessionDuration: after.maxSessionDuration,
      })
    boundary(changes, 'Role', before.permissionsBoundary, after.permissionsBoundary)
  }
  holdings(changes, 'Role', before, after)
  if (before) changes.tags('Role', before.tags, after.tags)
  return changes.list
}

function boundary(
  changes: Changes,
  noun: 'User' | 'Role',
  before: string | undefined,
  after: string | undefined,
): void {
  if (before === after) return
  if (after === undefined) changes.add('~', `Delete${noun}PermissionsBoundary`, 'without boundary')
  else
    changes.add('~', `Put${noun}PermissionsBoundary`, `boundary ${after}`, {
      PermissionsBoundary: after,
    })
}

/**
 * Policies of a user, group or role: what goes makes room for what comes, and documents that shrink
 * for those that grow.
 */
function holdings(
  changes: Changes,
  noun: 'User' | 'Group' | 'Role',
  before: Group | undefined,
  after: Group,
): void {
  const old = before?.policies ?? {}
  const attached = before?.attachedPolicies ?? []
  for (const PolicyArn of attached.filter((arn) => !after.attachedPolicies.includes(arn)))
    changes.add('~', `Detach${noun}Policy`, `detach ${PolicyArn}`, { PolicyArn })
  for (const PolicyName of Object.keys(old).filter((name) => !Object.hasOwn(after.policies, name)))
    changes.add('~', `Delete${noun}Policy`, `without inline policy ${PolicyName}`, { PolicyName })
  const growth = (name: string, document: Document) =>
    json(document).length - (Object.hasOwn(old, name) ? json(old[name]!).length : 0)
  const put = Object.entries(after.policies)
    .filter(([name, document]) => !isDeepStrictEqual(old[name], document))
    .sort(([a, x], [b, y]) => growth(a, x) - growth(b, y))
  for (const [PolicyName, document] of put)
    changes.add('~', `Put${noun}Policy`, `inline policy ${PolicyName}`, {
      PolicyName,
      PolicyDocument: json(document),
    })
  for (const PolicyArn of after.attachedPolicies.filter((arn) => !attached.includes(arn)))
    changes.add('~', `Attach${noun}Policy`, `attach ${PolicyArn}`, { PolicyArn })
}

/** The calls that remove entities, each with what it holds. Credentials are never removed. */
export function deletedEntities(
  current: CurrentAccount,
  gone: ReadonlyMap<Kind, readonly string[]>,
): readonly Change[] {
  const { entities } = current
  const named = (kind: Kind) => gone.get(kind) ?? []
  const empty = { path: '/', policies: {}, attachedPolicies: [] }
  return [
    ...named('instance-profiles').flatMap((name) => {
      const changes = new Changes(`instance profile ${name}`, { InstanceProfileName: name })
      const { role } = entities['instance-profiles'].get(name) ?? {}
      if (role !== undefined)
        changes.add('~', 'RemoveRoleFromInstanceProfile', `without role ${role}`, {
          RoleName: role,
        })
      changes.add('-', 'DeleteInstanceProfile', '')
      return changes.list
    }),
    ...named('users').flatMap((name) => {
      const changes = new Changes(`user ${name}`, { UserName: name })
      const user = entities.users.get(name)
      for (const GroupName of user?.groups ?? [])
        changes.add('~', 'RemoveUserFromGroup', `out of group ${GroupName}`, { GroupName })
      holdings(changes, 'User', user, empty)
      changes.add('-', 'DeleteUser', '')
      return changes.list
    }),
    ...named('groups').flatMap((name) => {
      const changes = new Changes(`group ${name}`, { GroupName: name })
      holdings(changes, 'Group', entities.groups.get(name), empty)
      changes.add('-', 'DeleteGroup', '')
      return changes.list
    }),
    ...named('roles').flatMap((name) => {
      const changes = new Changes(`role ${name}`, { RoleName: name })
      holdings(changes, 'Role', entities.roles.get(name), empty)
      changes.add('-', 'DeleteRole', '')
      return changes.list
    }),
    ...named('oidc-providers').flatMap((url) => {
      const arn = arnOf(current, 'oidc-provider', url.replace(/^https:\/\//, ''))
      const parameters = { OpenIDConnectProviderArn: arn.replace('provider//', 'provider/') }
      const changes = new Changes(`OpenID Connect provider ${url}`, parameters)
      changes.add('-', 'DeleteOpenIDConnectProvider', '')
      return changes.list
    }),
    ...named('policies').flatMap((name) => {
      const arn = arnOf(current, 'policy', name, entities.policies.get(name)?.path)
      const changes = new Changes(`policy ${name}`, { PolicyArn: arn })
      for (const VersionId of current.otherVersions.get(name) ?? [])
        changes.add('~', 'DeletePolicyVersion', `version ${VersionId}`, { VersionId })
      changes.add('-', 'DeletePolicy', '')
      return changes.list
    }),
  ]
}
