import { iamArn } from '../kernel/arn.ts'
import type { Clock } from '../kernel/clock.ts'
import type { IdPrefix } from '../kernel/ids.ts'
import { linkTo } from '../store/links.ts'
import { providerName } from '../web-identity/provider.ts'
import type { RecordKind, RecordKinds, Tag } from '../store/records.ts'
import type { Reads, Store, Writes } from '../store/store.ts'

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
export interface AccountSettings {
  readonly id: string
  readonly alias?: string | undefined
  readonly rootManagedBy?: string | undefined
  readonly deactivatedRegions?: readonly string[] | undefined
  readonly partition?: string | undefined
  readonly rootAccessKeys?: readonly AccessKeySettings[] | undefined
  readonly users?: readonly (Holder & {
    readonly groups?: readonly string[] | undefined
    readonly accessKeys?: readonly AccessKeySettings[] | undefined
  })[] | undefined
  readonly groups?: readonly Holder[] | undefined
  readonly roles?: readonly (Holder & {
    readonly trustPolicy: string
    readonly description?: string | undefined
    readonly maxSessionDuration?: number | undefined
  })[] | undefined
  readonly oidcProviders?: readonly {
    /** The URL, `https://` and all. */
    readonly name: string
    readonly clientIds: readonly string[]
    readonly thumbprints?: readonly string[] | undefined
    readonly tags?: Readonly<Record<string, string>> | undefined
  }[] | undefined
  readonly policies?: readonly (Named & { readonly document: string; readonly description?: string | undefined })[] | undefined
}
export interface PutInPlacePorts {
  readonly store: Store
  readonly clock: Clock
  readonly ids: { next(prefix: IdPrefix): string }
  /** Seals a long-term secret under the key ring. */
  readonly seal: (secret: string) => string
  /** Opens one again, to see whether the file's secret is the one in place. */
  readonly open: (sealed: string) => string | undefined
}

const kinds = ['user', 'group', 'role', 'policy', 'oidcProvider'] as const
/** Access keys are found before their account is known. */
const anyAccount = '*'

/**
 * Makes the store agree with the file's `accounts:` in one transaction. What the file names is created or changed and marked
 * `managedBy: config`; what it named before and no longer names is removed; what the API made is never touched.
 * Unique ids survive: sessions of an unchanged role go on.
 */
export async function putInPlace(accounts: readonly AccountSettings[], ports: PutInPlacePorts): Promise<void> {
  await ports.store.transact(async (tx) => {
    const wanted = new Set<string>()
    const put = placer(tx, ports, wanted)
    for (const account of accounts) await putAccount(account, put)
    await removeUnwanted(tx, wanted)
  })
}

type Put = ReturnType<typeof placer>

function placer(tx: Writes, { clock, ids, seal, open }: PutInPlacePorts, wanted: Set<string>) {
  const createdAt = clock.now().toISOString()
  async function put<K extends RecordKind>(
    kind: K, account: string, key: string,
    make: (found: RecordKinds[K] | undefined) => Omit<RecordKinds[K], 'account' | 'createdAt' | 'managedBy'>,
  ): Promise<void> {
    wanted.add(`${kind} ${account} ${key}`)
    const found = await tx.find(kind, account, key)
    if (found && found.managedBy === 'api') throw new Error(`${kind} \`${key}\` of account ${account} was made through the API: remove it there, or from the file`)
    const record = { ...make(found), account, createdAt: found?.createdAt ?? createdAt, managedBy: 'config' } as unknown as RecordKinds[K]
    if (!found) await tx.insert(kind, account, key, record)
    else if (JSON.stringify(found) !== JSON.stringify(record)) await tx.update(kind, account, key, record)
  }
  const accessKey = (key: AccessKeySettings, owner: string, userName?: string): Promise<void> =>
    put('accessKey', anyAccount, key.accessKeyId, (found) => ({
      accessKeyId: key.accessKeyId,
      status: found?.status ?? 'Active',
      sealedSecret: found && open(found.sealedSecret) === key.secretAccessKey ? found.sealedSecret : seal(key.secretAccessKey),
      owner,
      ...(userName !== undefined && { userName }),
    }))
  return { put, accessKey, ids, tx }
}

async function putAccount(account: AccountSettings, { put, accessKey, ids, tx }: Put): Promise<void> {
  const partition = account.partition ?? 'aws'
  const holder = account.alias === undefined ? undefined : await tx.accountByAlias(account.alias)
  if (holder !== undefined && holder !== account.id) throw new Error(`the alias \`${account.alias}\` of account ${account.id} is account ${holder}'s: delete it there, or choose another`)
  await put('account', account.id, 'account', (found) => ({
    partition, ...(account.alias ? { alias: account.alias } : found?.aliasBy && found.alias !== undefined && { alias: found.alias, aliasBy: found.aliasBy }), ...(found?.outboundFederation && { outboundFederation: true }),
    ...(account.rootManagedBy && { rootManagedBy: account.rootManagedBy }),
    ...(account.deactivatedRegions && { deactivatedRegions: account.deactivatedRegions }),
  }))
  for (const key of account.rootAccessKeys ?? []) await accessKey(key, account.id)
  for (const policy of account.policies ?? []) {
    await put('policy', account.id, policy.name.toLowerCase(), (found) => ({
      id: found?.id ?? ids.next('ANPA'),
      name: policy.name,
      path: policy.path ?? '/',
      arn: iamArn(partition, account.id, 'policy', policy.name, policy.path ?? '/'),
      ...(policy.description && { description: policy.description }),
      tags: [],
      defaultVersion: 'v1',
      versions: [{ id: 'v1', document: policy.document, createdAt: found?.versions[0]?.createdAt ?? '1970-01-01T00:00:00.000Z' }],
    }))
  }
  for (const group of account.groups ?? []) {
    await put('group', account.id, group.name.toLowerCase(), (found) => ({ id: found?.id ?? ids.next('AGPA'), ...held(group) }))
  }
  for (const user of account.users ?? []) {
    await put('user', account.id, user.name.toLowerCase(), (found) => ({
      id: found?.id ?? ids.next('AIDA'), ...held(user), tags: tagList(user.tags), ...boundary(user),
      groups: (user.groups ?? []).map((name) => name.toLowerCase()),
    }))
    for (const key of user.accessKeys ?? []) await accessKey(key, account.id, user.name)
  }
  for (const role of account.roles ?? []) {
    await put('role', account.id, role.name.toLowerCase(), (found) => ({
      id: found?.id ?? ids.next('AROA'), ...held(role), tags: tagList(role.tags), ...boundary(role),
      ...(role.description && { description: role.description }),
      trustPolicy: role.trustPolicy,
      maxSessionDurationSeconds: role.maxSessionDuration ?? 3600,
    }))
  }
  for (const { name: url, clientIds, thumbprints = [], tags } of account.oidcProviders ?? []) {
    const name = providerName(url)
    if (name === undefined) throw new Error(`\`${url}\` is no URL of an OpenID Connect provider`)
    await put('oidcProvider', account.id, name, () => ({ name, clientIds: [...new Set(clientIds)], thumbprints: thumbprints.map((one) => one.toLowerCase()), tags: tagList(tags) }))
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

async function removeUnwanted(tx: Writes, wanted: ReadonlySet<string>): Promise<void> {
  const drop = async (kind: RecordKind, account: string): Promise<void> => {
    for (const { key, record } of await everything(tx, kind, account)) {
      if (record.managedBy !== 'config' || wanted.has(`${kind} ${account} ${key}`)) continue
      await tx.remove(kind, account, key)
      if (kind === 'user') await removeOwned(tx, account, key)
    }
  }
  await drop('accessKey', anyAccount)
  for (const account of await tx.accounts()) {
    for (const kind of kinds) await drop(kind, account)
    await drop('account', account)
  }
}

/** What the API gave a user goes with the user: one of the same name that comes later does not find it. */
async function removeOwned(tx: Writes, account: string, userName: string): Promise<void> {
  for (const { key } of await tx.linked('accessKey', anyAccount, linkTo.owner(account, userName), { limit: 500 })) await tx.remove('accessKey', anyAccount, key)
  for (const { key } of await tx.linked('mfaDevice', account, linkTo.owner(account, userName), { limit: 500 })) await tx.remove('mfaDevice', account, key)
}

async function everything(reads: Reads, kind: RecordKind, account: string) {
  const found = []
  for (let after: string | undefined; ; ) {
    const page = await reads.list(kind, account, { limit: 500, ...(after !== undefined && { after }) })
    found.push(...page)
    if (page.length < 500) return found
    after = page.at(-1)?.key
  }
}
