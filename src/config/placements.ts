import { iamArn } from '../kernel/arn.ts'
import type { Clock } from '../kernel/clock.ts'
import type { IdPrefix } from '../kernel/ids.ts'
import { longestSession } from '../kernel/role-sessions.ts'
import type { Managed, RecordKind, RecordKinds, Tag } from '../store/records.ts'
import type { UpstreamSettings } from '../upstream/settings.ts'
import { providerName } from '../web-identity/provider.ts'

type Named = { readonly name: string; readonly path?: string | undefined }
type Holder = Named & {
  readonly policies?: Readonly<Record<string, string>> | undefined
  readonly attachedPolicies?: readonly string[] | undefined
  readonly permissionsBoundary?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}
export interface AccessKeySettings {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}
/** How the account's root signs in with a browser. */
export interface RootSettings {
  /** Like an e-mail address; case does not matter. */
  readonly name: string
  /** Argon2id, in PHC form. */
  readonly passwordHash: string
  readonly mfa: 'required' | 'optional'
}
export interface AccountSettings {
  readonly id: string
  readonly alias?: string | undefined
  readonly rootManagedBy?: string | undefined
  readonly deactivatedRegions?: readonly string[] | undefined
  readonly partition?: string | undefined
  readonly upstream?: UpstreamSettings | undefined
  readonly rootAccessKeys?: readonly AccessKeySettings[] | undefined
  readonly root?: RootSettings | undefined
  readonly users?:
    | readonly (Holder & {
        readonly groups?: readonly string[] | undefined
        readonly accessKeys?: readonly AccessKeySettings[] | undefined
      })[]
    | undefined
  readonly groups?: readonly Holder[] | undefined
  readonly roles?:
    | readonly (Holder & {
        readonly trustPolicy: string
        readonly description?: string | undefined
        readonly maxSessionDuration?: number | undefined
      })[]
    | undefined
  readonly oidcProviders?:
    | readonly {
        /** The URL, including `https://`. */
        readonly name: string
        readonly clientIds: readonly string[]
        readonly thumbprints?: readonly string[] | undefined
        readonly tags?: Readonly<Record<string, string>> | undefined
      }[]
    | undefined
  readonly policies?:
    | readonly (Named & { readonly document: string; readonly description?: string | undefined })[]
    | undefined
}

/** One record that the settings name. */
export interface Placement<K extends RecordKind> {
  readonly kind: K
  readonly account: string
  readonly key: string
  /**
   * The user of an access key; absent for a key of the account's root user, and for other kinds of
   * record.
   */
  readonly ofUser?: { readonly account: string; readonly key: string } | undefined
  /** Makes the record, without the fields that every record has. `found` is the stored record. */
  readonly make: (found: RecordKinds[K] | undefined) => Omit<RecordKinds[K], keyof Managed>
}
export type AnyPlacement = { [K in RecordKind]: Placement<K> }[RecordKind]

export interface PlacementPorts {
  readonly ids: { next(prefix: IdPrefix): string }
  readonly clock: Clock
  /** Seals a long-term secret under the key ring. */
  readonly seal: (secret: string) => string
  /** Opens a sealed secret, to compare the file's secret with the stored one. */
  readonly open: (sealed: string) => string | undefined
}

/** Access keys are looked up before their account is known. */
export const anyAccount = '*'

/**
 * Returns everything that the settings of one account name. Stored records keep their unique ids.
 */
export function placementsOf(account: AccountSettings, ports: PlacementPorts): AnyPlacement[] {
  const { policies = [], groups = [], users = [], roles = [], oidcProviders = [] } = account
  const rootKeys = account.rootAccessKeys ?? []
  return [
    accountItself(account),
    ...rootKeys.map((key) => accessKey(key, { account: account.id }, ports)),
    ...(account.root ? [rootPassword(account.id, account.root, ports)] : []),
    ...policies.map((one) => managedPolicy(account, one, ports)),
    ...groups.map((one) => group(account, one, ports)),
    ...users.flatMap((one) => [
      user(account, one, ports),
      ...(one.accessKeys ?? []).map((key) =>
        accessKey(key, { account: account.id, userName: one.name }, ports),
      ),
    ]),
    ...roles.map((one) => role(account, one, ports)),
    ...oidcProviders.map((one) => oidcProvider(account, one)),
  ]
}

type Ids = Pick<PlacementPorts, 'ids'>
type Listed<K extends 'policies' | 'groups' | 'users' | 'roles' | 'oidcProviders'> = NonNullable<
  AccountSettings[K]
>[number]

function accountItself(account: AccountSettings): Placement<'account'> {
  const { alias, rootManagedBy, deactivatedRegions } = account
  return {
    kind: 'account',
    account: account.id,
    key: 'account',
    make: (found) => ({
      partition: account.partition ?? 'aws',
      ...(alias
        ? { alias }
        : found?.aliasBy &&
          found.alias !== undefined && { alias: found.alias, aliasBy: found.aliasBy }),
      ...(found?.outboundFederation && { outboundFederation: true }),
      ...(rootManagedBy && { rootManagedBy }),
      ...(deactivatedRegions && { deactivatedRegions }),
      ...(found?.disabledRootFeatures && { disabledRootFeatures: found.disabledRootFeatures }),
      ...(found?.globalEndpointTokenVersion && {
        globalEndpointTokenVersion: found.globalEndpointTokenVersion,
      }),
      ...(found?.passwordPolicy && { passwordPolicy: found.passwordPolicy }),
    }),
  }
}

function accessKey(
  { accessKeyId, secretAccessKey }: AccessKeySettings,
  { account: owner, userName }: { readonly account: string; readonly userName?: string },
  { seal, open }: PlacementPorts,
): Placement<'accessKey'> {
  return {
    kind: 'accessKey',
    account: anyAccount,
    key: accessKeyId,
    ofUser: userName === undefined ? undefined : { account: owner, key: userName.toLowerCase() },
    make: (found) => ({
      accessKeyId,
      status: found?.status ?? 'Active',
      sealedSecret:
        found && open(found.sealedSecret) === secretAccessKey
          ? found.sealedSecret
          : seal(secretAccessKey),
      owner,
      ...(userName !== undefined && { userName }),
    }),
  }
}

/** Another hash is another password: sessions that were begun with the one before end. */
function rootPassword(
  account: string,
  { passwordHash }: RootSettings,
  { clock }: Pick<PlacementPorts, 'clock'>,
): Placement<'loginProfile'> {
  return {
    kind: 'loginProfile',
    account,
    key: account,
    make: (found) => ({
      userId: account,
      passwordHash,
      changedAt: found?.passwordHash === passwordHash ? found.changedAt : clock.now().toISOString(),
      resetRequired: false,
      formerHashes: [],
      ...(found?.lastUsedAt !== undefined && { lastUsedAt: found.lastUsedAt }),
    }),
  }
}

function managedPolicy(
  { id: account, partition = 'aws' }: AccountSettings,
  { name, path = '/', document, description }: Listed<'policies'>,
  { ids }: Ids,
): Placement<'policy'> {
  return {
    kind: 'policy',
    account,
    key: name.toLowerCase(),
    make: (found) => ({
      id: found?.id ?? ids.next('ANPA'),
      name,
      path,
      arn: iamArn({ partition, account }, 'policy', name, path),
      ...(description && { description }),
      tags: [],
      defaultVersion: 'v1',
      versions: [
        {
          id: 'v1',
          document,
          createdAt: found?.versions[0]?.createdAt ?? '1970-01-01T00:00:00.000Z',
        },
      ],
    }),
  }
}

function group(
  { id: account }: AccountSettings,
  group: Listed<'groups'>,
  { ids }: Ids,
): Placement<'group'> {
  return {
    kind: 'group',
    account,
    key: group.name.toLowerCase(),
    make: (found) => ({ id: found?.id ?? ids.next('AGPA'), ...held(group) }),
  }
}

function user(
  { id: account }: AccountSettings,
  user: Listed<'users'>,
  { ids }: Ids,
): Placement<'user'> {
  return {
    kind: 'user',
    account,
    key: user.name.toLowerCase(),
    make: (found) => ({
      id: found?.id ?? ids.next('AIDA'),
      ...held(user),
      tags: tagList(user.tags),
      ...boundary(user),
      groups: (user.groups ?? []).map((name) => name.toLowerCase()),
    }),
  }
}

function role(
  { id: account }: AccountSettings,
  role: Listed<'roles'>,
  { ids }: Ids,
): Placement<'role'> {
  return {
    kind: 'role',
    account,
    key: role.name.toLowerCase(),
    make: (found) => ({
      id: found?.id ?? ids.next('AROA'),
      ...held(role),
      tags: tagList(role.tags),
      ...boundary(role),
      ...(role.description && { description: role.description }),
      trustPolicy: role.trustPolicy,
      // The ids belong to the text of one trust policy; put-in-place.ts finds those of a new one.
      ...(found?.trustedIds &&
        found.trustPolicy === role.trustPolicy && { trustedIds: found.trustedIds }),
      maxSessionDurationSeconds: role.maxSessionDuration ?? longestSession.defaultSeconds,
    }),
  }
}

function oidcProvider(
  { id: account }: AccountSettings,
  { name: url, clientIds, thumbprints = [], tags }: Listed<'oidcProviders'>,
): Placement<'oidcProvider'> {
  const name = providerName(url)
  if (name === undefined) throw new Error(`\`${url}\` is no URL of an OpenID Connect provider`)
  return {
    kind: 'oidcProvider',
    account,
    key: name,
    make: () => ({
      name,
      clientIds: [...new Set(clientIds)],
      thumbprints: thumbprints.map((one) => one.toLowerCase()),
      tags: tagList(tags),
    }),
  }
}

function held({ name, path = '/', policies = {}, attachedPolicies = [] }: Holder) {
  return { name, path, inlinePolicies: policies, attachedPolicies }
}
function boundary({ permissionsBoundary }: Holder) {
  return permissionsBoundary ? { permissionsBoundary } : {}
}
function tagList(tags: Readonly<Record<string, string>> = {}): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}
