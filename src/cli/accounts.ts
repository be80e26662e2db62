import { randomInt } from 'node:crypto'
import { keysOfUser } from '../aws/iam/access-keys/keys-of-user.ts'
import { accountSettings } from '../config/accounts.ts'
import type { AccessKeySettings } from '../config/placements.ts'
import type { Environment } from '../config/references.ts'
import type { Settings } from '../config/settings.ts'
import { account as accountId } from '../config/value-schemas.ts'
import { systemClock } from '../kernel/clock.ts'
import { Ids } from '../kernel/ids.ts'
import { revoke } from '../sessions/revoke.ts'
import { closeAccount, closedAccount, reopenAccount } from '../store/closed-accounts.ts'
import type { AccountRecord } from '../store/records.ts'
import type { Reads, Writes } from '../store/store.ts'
import { loadKeys } from '../wiring/keys.ts'
import type { Output } from './check.ts'
import { commandLine } from './command-event.ts'
import { openExistingStore } from './existing-store.ts'
import { fitSettings } from './fit-settings.ts'
import { table } from './terminal-table.ts'

export interface AccountsAsked {
  /** Path of the settings file. */
  readonly config: string
  readonly verb: 'open' | 'close' | 'list'
  /** 12 digits. Absent for `open`: random ones. */
  readonly id?: string | undefined
  readonly alias?: string | undefined
  readonly partition?: string | undefined
  readonly rootManagedBy?: string | undefined
  readonly json?: boolean | undefined
}

/**
 * `gatehouse accounts open|close|list`: accounts beside those of the settings. Works on the store
 * that the settings name. Gatehouse may be serving from it: it sees the change within 25 ms, and
 * brings the event of it into the trail. The secret of the root's key is printed here, once.
 * Exit codes: 0 done, 1 not.
 */
export async function accountsCommand(
  asked: AccountsAsked,
  env: Environment,
  output: Output,
): Promise<number> {
  const loaded = await fitSettings(asked.config, env, output)
  if (!loaded) return 1
  const { settings } = loaded
  await using store = await openExistingStore(settings.store, env, output)
  if (!store) return 1
  const { reads, documents } = store
  try {
    if (asked.verb === 'list') await list(reads, asked, output)
    if (asked.verb === 'close') {
      const { id = '' } = asked
      await store.transact((tx) => close(tx, id, { env, settings }))
      output.out(`closed: ${id}`)
    }
    if (asked.verb === 'open') {
      const wanted = wantedAccount(asked)
      const ids = new Ids()
      const ports = { documents, env, clock: systemClock, ids }
      const { accessKeySecrets } = await loadKeys(settings.keys, ports)
      const opening = { env, settings, ids, seal: accessKeySecrets.seal }
      tellOpened(await store.transact((tx) => open(tx, wanted, opening)), asked, output)
    }
    return 0
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    output.err(error.message)
    return 1
  }
}

interface Wanted {
  readonly id: string
  readonly alias: string | undefined
  readonly partition: string | undefined
  readonly rootManagedBy: string | undefined
}
interface Around {
  readonly env: Environment
  readonly settings: Settings
}
interface Sealing {
  readonly ids: Ids
  readonly seal: (secret: string) => string
}
interface Opened {
  readonly account: string
  readonly alias?: string | undefined
  readonly again: boolean
  /** Absent: the root has a key already, or another account manages it. */
  readonly rootAccessKey?: AccessKeySettings | undefined
}

/** Throws RangeError for a word that the settings file would not take either. */
function wantedAccount({ id, alias, partition, rootManagedBy }: AccountsAsked): Wanted {
  const own = String(randomInt(1e11, 1e12))
  for (const given of [id, rootManagedBy])
    if (given !== undefined && !accountId.safeParse(given).success)
      throw new RangeError(`\`${given}\` is no account: expected 12 digits`)
  const rest = { alias, partition, rootManagedBy }
  const { error } = accountSettings.safeParse(rest)
  const [issue] = error?.issues ?? []
  if (issue) throw new RangeError(`--${String(issue.path[0])}: ${issue.message}`)
  return { id: id ?? own, ...rest }
}

/** Throws RangeError, and writes nothing, for what can't be opened. */
async function open(
  tx: Writes,
  wanted: Wanted,
  { env, settings, ids, seal }: Around & Sealing,
): Promise<Opened> {
  const { id, rootManagedBy } = wanted
  const now = systemClock.now()
  refuseOfSettings(settings, id)
  if (await tx.find('account', id, 'account')) throw new RangeError(`account ${id} is open already`)
  await refuseTaken(tx, wanted)
  const again = (await tx.accounts()).includes(id)
  await reopenAccount(tx, id)
  const record = openedAs(wanted, await tx.find('account', id, 'account'), now)
  if (!(await tx.insert('account', id, 'account', record)))
    await tx.update('account', id, 'account', record)
  // What was issued before it was closed stays ended.
  if (again) await endSessions(tx, id)
  const rootAccessKey = await makeRootKey(tx, record, { ids, seal })
  const { alias, partition } = record
  const request = {
    accountId: id,
    partition,
    ...(alias !== undefined && { alias }),
    ...(rootManagedBy !== undefined && { rootManagedBy }),
    ...(rootAccessKey && { rootAccessKeyId: rootAccessKey.accessKeyId }),
  }
  await tx.leave(commandLine({ ...event('open', id), request }, env))
  return { account: id, alias, again, rootAccessKey }
}

/** Returns a new key of the root; undefined where it has one, or another account manages it. */
async function makeRootKey(
  tx: Writes,
  { account: owner, rootManagedBy }: AccountRecord,
  { ids, seal }: Sealing,
): Promise<Opened['rootAccessKey']> {
  if (rootManagedBy !== undefined) return undefined
  if ((await keysOfUser(tx, owner, undefined)).length > 0) return undefined
  const key = { accessKeyId: ids.accessKey('AKIA', owner), secretAccessKey: ids.secretAccessKey() }
  const { accessKeyId, secretAccessKey } = key
  const made = await tx.insert('accessKey', '*', accessKeyId, {
    account: '*',
    owner,
    accessKeyId,
    status: 'Active',
    sealedSecret: seal(secretAccessKey),
    createdAt: systemClock.now().toISOString(),
    managedBy: 'api',
  })
  if (!made) throw new RangeError('the access key could not be made: try again')
  return key
}

/** The record of an opened account: what it held, with what is asked for now. */
function openedAs(
  { id, alias, partition, rootManagedBy }: Wanted,
  found: AccountRecord | undefined,
  now: Date,
): AccountRecord {
  if (found && partition !== undefined && partition !== found.partition)
    throw new RangeError(
      `account ${id} is of partition ${found.partition}: its ARNs can't change, so leave ` +
        '`--partition` out',
    )
  return {
    createdAt: now.toISOString(),
    ...found,
    account: id,
    managedBy: 'api',
    partition: found?.partition ?? partition ?? 'aws',
    // The API may change it, as no settings name it.
    ...(alias !== undefined && { alias, aliasBy: 'api' }),
    ...(rootManagedBy !== undefined && { rootManagedBy }),
  }
}

async function refuseTaken(reads: Reads, { id, alias, rootManagedBy }: Wanted): Promise<void> {
  const holder = alias === undefined ? undefined : await reads.accountByAlias(alias)
  if (holder !== undefined && holder !== id)
    throw new RangeError(`the alias \`${alias}\` is account ${holder}'s: choose another`)
  if (rootManagedBy === id) throw new RangeError('an account does not manage its own root')
  if (rootManagedBy !== undefined && !(await reads.find('account', rootManagedBy, 'account')))
    throw new RangeError(`there is no open account ${rootManagedBy} to manage the root`)
}

/** Throws RangeError, and writes nothing, where the account is not open or is the settings'. */
async function close(tx: Writes, id: string, { env, settings }: Around): Promise<void> {
  refuseOfSettings(settings, id)
  const record = await tx.find('account', id, 'account')
  if (!record) throw new RangeError(`there is no open account \`${id}\``)
  if (record.managedBy === 'config')
    throw new RangeError(
      `account ${id} is put in place by the settings ` +
        `\`${(record.settingsNames ?? []).join('`, `')}\`: remove it there`,
    )
  await closeAccount(tx, id)
  await endSessions(tx, id)
  await tx.leave(commandLine({ ...event('close', id), request: { accountId: id } }, env))
}

function refuseOfSettings({ accounts }: Settings, id: string): void {
  if (accounts.some((one) => one.id === id))
    throw new RangeError(`account ${id} stands in the settings, which decide: change it there`)
}

async function endSessions(tx: Writes, account: string): Promise<void> {
  const before = systemClock.now()
  const all = { account, scope: 'everything', target: '', before, by: 'command' } as const
  await revoke(tx, all, before)
}

function event(verb: 'open' | 'close', account: string) {
  return {
    eventSource: 'gatehouse.amazonaws.com',
    eventName: verb === 'open' ? 'OpenAccount' : 'CloseAccount',
    command: `accounts ${verb}`,
    account,
  } as const
}

function tellOpened(
  { account, alias, again, rootAccessKey }: Opened,
  { json }: AccountsAsked,
  { out, err }: Output,
): void {
  if (json) out(JSON.stringify({ account, alias, again, rootAccessKey }, null, 2))
  else {
    out(`opened${again ? ' again, with what it held' : ''}: ${account}`)
    if (rootAccessKey) {
      out(`AWS_ACCESS_KEY_ID=${rootAccessKey.accessKeyId}`)
      out(`AWS_SECRET_ACCESS_KEY=${rootAccessKey.secretAccessKey}`)
    }
  }
  if (rootAccessKey)
    err('this key of the root is shown once: make an administrator with it, then delete it')
}

async function list(reads: Reads, { json }: AccountsAsked, { out }: Output): Promise<void> {
  const found = []
  for (const id of await reads.accounts()) {
    const record = await reads.find('account', id, 'account')
    const closed = record ? undefined : await closedAccount(reads, id)
    const { alias, createdAt, managedBy } = record ?? closed ?? {}
    const by = managedBy === 'config' ? 'settings' : 'command'
    // What has other records alone left the settings.
    const shut = closed ? 'closed' : 'removed'
    found.push({ id, alias, state: record ? 'open' : shut, by: managedBy && by, createdAt })
  }
  if (json) return out(JSON.stringify(found, null, 2))
  for (const line of table(
    ['ACCOUNT', 'ALIAS', 'STATE', 'BY', 'SINCE'],
    found.map(({ id, alias = '', state, by = '', createdAt = '' }) => [
      id,
      alias,
      state,
      by,
      createdAt,
    ]),
  ))
    out(line)
}
