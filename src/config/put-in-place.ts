import { isDeepStrictEqual } from 'node:util'
import { reopenAccount } from '../store/closed-accounts.ts'
import { linkTo } from '../store/links.ts'
import { membershipOf, removeGroup, saveMembership, withMembership } from '../store/memberships.ts'
import type { GroupRecord, Managed, RecordKind, RecordKinds, UserRecord } from '../store/records.ts'
import type { Reads, Store, Writes } from '../store/store.ts'
import {
  type AccountSettings,
  anyAccount,
  type Placement,
  type PlacementPorts,
  placementsOf,
} from './placements.ts'
import { saveTrustedIds } from './trusted-ids.ts'

export interface PutInPlacePorts extends PlacementPorts {
  readonly store: Pick<Store, 'transact'>
  /**
   * The name of the settings: nodes that share a store but have different files use different
   * names.
   */
  readonly settingsName: string
}

/**
 * An entity that the file names but the API made: it stays unchanged, and the file's version does
 * not apply.
 */
export interface KeptEntity {
  readonly kind: RecordKind
  readonly account: string
  readonly key: string
}

const kinds = ['user', 'group', 'role', 'policy', 'oidcProvider'] as const

/**
 * Makes the store agree with the file's `accounts:` in one transaction. Entities that the file
 * names are created or changed and marked `managedBy: config`, with the settings' name; entities
 * that these settings named before and no longer name are removed; entities that the API made or
 * other settings put in place are never touched. Unique ids are kept, so sessions of an unchanged
 * role stay valid. An account that a command opened or closed is the file's once the file names it.
 * Returns what was left out because the API made it. Throws Error, and changes nothing, when other
 * settings define the same entity differently.
 */
export async function putInPlace(
  accounts: readonly AccountSettings[],
  ports: PutInPlacePorts,
): Promise<readonly KeptEntity[]> {
  return ports.store.transact(async (tx) => {
    const wanted = new Set<string>()
    const kept: KeptEntity[] = []
    for (const account of accounts) {
      await refuseTakenAlias(tx, account)
      await reopenAccount(tx, account.id)
      const placements: readonly Placement<RecordKind>[] = placementsOf(account, ports) as never
      const ofApis = new Map<Placement<RecordKind>, KeptEntity>()
      const isUser = ({ kind }: Placement<RecordKind>) => kind === 'user'
      // Users name groups, which are there by then.
      for (const some of [placements.filter((one) => !isUser(one)), placements.filter(isUser)])
        await together(some, async (placement) => {
          const ofApi = await apiMade(tx, placement)
          if (ofApi) return void ofApis.set(placement, ofApi)
          wanted.add(nameOf(placement))
          await put(tx, placement, ports)
        })
      kept.push(...placements.flatMap((one) => ofApis.get(one) ?? []))
    }
    await removeUnwanted(tx, wanted, ports.settingsName)
    // By now, the principals that trust policies name are in place.
    for (const account of await tx.accounts())
      await together(await everything(tx, 'role', account), ({ key, record }) =>
        saveTrustedIds(tx, key, {
          record,
          own: wanted.has(nameOf({ kind: 'role', account, key })),
        }),
      )
    return kept
  })
}

const nameOf = ({ kind, account, key }: KeptEntity): string => `${kind} ${account} ${key}`

const mostTogether = 500

/**
 * Works on many at a time: what they ask the store for in one turn is one round trip to
 * PostgreSQL. Nothing is under way any more when it rejects.
 */
async function together<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < all.length; from += mostTogether) {
    const ends = await Promise.allSettled(all.slice(from, from + mostTogether).map(work))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }
}

async function refuseTakenAlias(tx: Reads, { id, alias }: AccountSettings): Promise<void> {
  const holder = alias === undefined ? undefined : await tx.accountByAlias(alias)
  if (holder !== undefined && holder !== id)
    throw new Error(
      `the alias \`${alias}\` of account ${id} is account ${holder}'s: ` +
        'delete it there, or choose another',
    )
}

/**
 * Returns why a placement is left out: an entity that the API made has its name, or is the user of
 * its access key.
 */
async function apiMade(
  tx: Reads,
  { kind, account, key, ofUser }: Placement<RecordKind>,
): Promise<KeptEntity | undefined> {
  // An account that a command opened is taken over.
  if (kind === 'account') return undefined
  const found = await tx.find(kind, account, key)
  if (found?.managedBy === 'api') return { kind, account, key }
  if (!ofUser) return undefined
  // The file's key would act as a user that the API made.
  const user = await tx.find('user', ofUser.account, ofUser.key)
  return user?.managedBy === 'api' ? { kind, account: ofUser.account, key } : undefined
}

async function put<K extends RecordKind>(
  tx: Writes,
  { kind, account, key, make }: Placement<K>,
  { clock, settingsName }: PutInPlacePorts,
): Promise<void> {
  const found = await tx.find(kind, account, key)
  const others = othersOf(found, settingsName)
  const own = make(found)
  const members = await membershipsOf(tx, { kind, account, key }, { found, own })
  const made = (settingsNames: readonly string[]) =>
    ({
      ...own,
      ...members,
      account,
      createdAt: found?.createdAt ?? clock.now().toISOString(),
      managedBy: 'config',
      settingsNames,
    }) as unknown as RecordKinds[K]
  if (!found) {
    const record = made([settingsName])
    await tx.insert(kind, account, key, record)
    // Without one of its own, nothing has been noted for its name.
    const membership = kind === 'group' && (record as GroupRecord).membership
    if (membership) await saveMembership(tx, record as GroupRecord)
    return
  }
  if (others.length > 0 && !isDeepStrictEqual(found, made(found.settingsNames ?? [])))
    throw new Error(
      `${kind} \`${key}\` of account ${account} is put in place otherwise by the settings ` +
        `\`${others.join('`, `')}\`: let one of them name it, or all say the same`,
    )
  const record = made([...others, settingsName].sort())
  if (!isDeepStrictEqual(found, record)) await tx.update(kind, account, key, record)
}

/**
 * Returns what settings can't say: the memberships of a user, whose groups they name, and that of a
 * group. Groups are put in place before users.
 */
async function membershipsOf(
  tx: Reads,
  { kind, account, key }: KeptEntity,
  { found, own }: { readonly found: object | undefined; readonly own: object },
): Promise<Partial<UserRecord & GroupRecord>> {
  if (kind === 'user') {
    const groups = (own as UserRecord).groups.map(async (name) => {
      const group = await tx.find('group', account, name)
      return group ? membershipOf(group) : name
    })
    return { groups: await Promise.all(groups) }
  }
  if (kind !== 'group') return {}
  const { membership } = found
    ? (found as GroupRecord)
    : await withMembership(tx, { ...(own as GroupRecord), account, name: key })
  return membership === undefined ? {} : { membership }
}

/**
 * Returns the other settings that name the stored record. Records from before settings had names
 * belong to the settings that are applied first.
 */
function othersOf(found: Pick<Managed, 'settingsNames'> | undefined, own: string): string[] {
  return (found?.settingsNames ?? []).filter((name) => name !== own)
}

async function removeUnwanted(
  tx: Writes,
  wanted: ReadonlySet<string>,
  settingsName: string,
): Promise<void> {
  const drop = async (kind: RecordKind, account: string): Promise<void> => {
    const rows = kind === 'loginProfile' ? rootPassword : everything
    for (const { key, record } of await rows(tx, kind, account)) {
      if (record.managedBy !== 'config' || wanted.has(nameOf({ kind, account, key }))) continue
      const names = record.settingsNames ?? [settingsName]
      if (!names.includes(settingsName)) continue
      const others = othersOf(record, settingsName)
      if (others.length > 0) {
        await tx.update(kind, account, key, { ...record, settingsNames: others })
        continue
      }
      await tx.remove(kind, account, key)
      if (kind === 'group') await removeGroup(tx, record as GroupRecord)
      if (kind === 'user') await removeOwned(tx, account, record as RecordKinds['user'])
      if (kind === 'role') await leaveProfiles(tx, account, key)
    }
  }
  await drop('accessKey', anyAccount)
  for (const account of await tx.accounts()) {
    for (const kind of [...kinds, 'loginProfile' as const]) await drop(kind, account)
    await drop('account', account)
  }
}

/**
 * Removes what the API gave to a user together with the user, so that a later user of the same name
 * does not inherit it.
 */
async function removeOwned(
  tx: Writes,
  account: string,
  { id, name: userName }: RecordKinds['user'],
): Promise<void> {
  await tx.remove('loginProfile', account, id)
  for (const kind of ['sshPublicKey', 'signingCertificate', 'serviceCredential'] as const)
    for (const { key } of await tx.linked(kind, account, linkTo.id(id), { limit: 500 }))
      await tx.remove(kind, account, key)
  for (const { key } of await tx.linked('accessKey', anyAccount, linkTo.owner(account, userName), {
    limit: 500,
  }))
    await tx.remove('accessKey', anyAccount, key)
  const devices = await tx.linked('mfaDevice', account, linkTo.owner(account, userName), {
    limit: 500,
  })
  for (const { key, record } of devices) {
    const { enabled: _was, ...device } = record
    // What the operator imported can be given to somebody else.
    if (device.hardware) await tx.update('mfaDevice', account, key, device)
    else await tx.remove('mfaDevice', account, key)
  }
}

/** The one password of an account that settings put in place. */
async function rootPassword(reads: Reads, _kind: RecordKind, account: string) {
  const record = await reads.find('loginProfile', account, account)
  return record ? [{ key: account, record }] : []
}

/** Takes a role out of its instance profiles, so that a later role of the same name is in none. */
async function leaveProfiles(tx: Writes, account: string, roleName: string): Promise<void> {
  const page = { limit: 1000 }
  const rows = await tx.linked('instanceProfile', account, linkTo.role(roleName), page)
  for (const { key, record } of rows) {
    const { roleName: _gone, ...profile } = record
    await tx.update('instanceProfile', account, key, profile)
  }
}

async function everything<K extends RecordKind>(reads: Reads, kind: K, account: string) {
  const found = []
  for (let after: string | undefined; ; ) {
    const page = await reads.list(kind, account, {
      limit: 500,
      ...(after !== undefined && { after }),
    })
    found.push(...page)
    if (page.length < 500) return found
    after = page.at(-1)?.key
  }
}
