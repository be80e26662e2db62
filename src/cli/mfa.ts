import { readFile, stat } from 'node:fs/promises'
import type { Environment } from '../config/references.ts'
import { systemClock } from '../kernel/clock.ts'
import { Ids } from '../kernel/ids.ts'
import { mfaDeviceKey } from '../sessions/mfa.ts'
import type { MfaDeviceRecord } from '../store/records.ts'
import type { Reads, Writes } from '../store/store.ts'
import { loadKeys } from '../wiring/keys.ts'
import type { Output } from './check.ts'
import { commandLine } from './command-event.ts'
import { openExistingStore } from './existing-store.ts'
import { fitSettings } from './fit-settings.ts'
import { table } from './terminal-table.ts'
import { type ImportedToken, readTokenFile } from './token-file.ts'

export interface MfaAsked {
  /** Path of the settings file. */
  readonly config: string
  readonly verb: 'import' | 'list' | 'remove'
  readonly account: string
  /** Of `import`: path of the file. */
  readonly file?: string | undefined
  /** Of `remove`. */
  readonly serial?: string | undefined
  readonly json?: boolean | undefined
}

/** A thousand devices with the longest of everything stay below it. */
const mostFileBytes = 1_048_576

/**
 * `gatehouse mfa import|list|remove`: hardware MFA devices of an account, for EnableMFADevice.
 * Works on the store that the settings name, also while Gatehouse serves from it. Seeds are sealed,
 * and nothing prints them. Exit codes: 0 done, 1 not.
 */
export async function mfaCommand(
  asked: MfaAsked,
  env: Environment,
  output: Output,
): Promise<number> {
  const loaded = await fitSettings(asked.config, env, output)
  if (!loaded) return 1
  const { settings } = loaded
  await using store = await openExistingStore(settings.store, env, output)
  if (!store) return 1
  const { account, verb, serial = '', file = '' } = asked
  try {
    if (!(await store.reads.find('account', account, 'account')))
      throw new RangeError(`there is no open account \`${account}\``)
    if (verb === 'list') await list(store.reads, asked, output)
    if (verb === 'remove') {
      await store.transact((tx) => remove(tx, { account, serial }, env))
      output.out(`removed: ${serial}`)
    }
    if (verb === 'import') {
      const tokens = readTokenFile(await textOf(file), file)
      const ports = { documents: store.documents, env, clock: systemClock, ids: new Ids() }
      const { ring } = await loadKeys(settings.keys, ports)
      const records = tokens.map((token) =>
        recordOf(account, token, ring.seal('mfa-seed', token.seed)),
      )
      await store.transact((tx) => add(tx, records, settings.limits.quotas.mfaDevices, env))
      output.out(`imported: ${tokens.length}`)
      output.err(`the seeds are sealed in the store now: delete \`${file}\``)
    }
    return 0
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    output.err(error.message)
    return 1
  }
}

async function textOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) throw new RangeError(`\`${file}\` is no file that can be read`)
  if (found.size > mostFileBytes)
    throw new RangeError(`\`${file}\` has more than ${mostFileBytes} bytes`)
  return readFile(file, 'utf8').catch(() => {
    throw new RangeError(`\`${file}\` is no file that can be read`)
  })
}

function recordOf(
  account: string,
  { serial, digits, stepSeconds }: ImportedToken,
  sealedSeed: string,
): MfaDeviceRecord {
  return {
    account,
    name: serial,
    path: '/',
    serialNumber: serial,
    sealedSeed,
    hardware: { digits, stepSeconds },
    tags: [],
    createdAt: systemClock.now().toISOString(),
    managedBy: 'api',
  }
}

/** Throws RangeError, and writes nothing, where one is there already or there are too many. */
async function add(
  tx: Writes,
  records: readonly MfaDeviceRecord[],
  most: number,
  env: Environment,
): Promise<void> {
  const account = records[0]!.account
  if ((await tx.count('mfaDevice', account)) + records.length > most)
    throw new RangeError(`the account may have ${most} MFA devices (\`limits.quotas.mfaDevices\`)`)
  for (const record of records) {
    const { serialNumber, hardware } = record
    if (!(await tx.insert('mfaDevice', account, mfaDeviceKey(serialNumber), record)))
      throw new RangeError(`the account has a device ${serialNumber} already: nothing was imported`)
    await tx.leave(commandLine(eventOf('import', account, { serialNumber, ...hardware }), env))
  }
}

async function remove(
  tx: Writes,
  { account, serial }: { readonly account: string; readonly serial: string },
  env: Environment,
): Promise<void> {
  const key = mfaDeviceKey(serial)
  const found = await tx.find('mfaDevice', account, key)
  if (!found?.hardware || found.serialNumber !== serial)
    throw new RangeError(`account ${account} has no hardware device \`${serial}\``)
  if (found.enabled)
    throw new RangeError(
      `\`${serial}\` is enabled for ${found.enabled.userName ?? 'root'}: deactivate it first ` +
        '(`aws iam deactivate-mfa-device`)',
    )
  await tx.remove('mfaDevice', account, key)
  await tx.leave(commandLine(eventOf('remove', account, { serialNumber: serial }), env))
}

function eventOf(verb: 'import' | 'remove', account: string, request: Record<string, unknown>) {
  return {
    eventSource: 'gatehouse.amazonaws.com',
    eventName: verb === 'import' ? 'ImportMFADevice' : 'RemoveMFADevice',
    command: `mfa ${verb}`,
    account,
    request,
  } as const
}

async function list(reads: Reads, { account, json }: MfaAsked, { out }: Output): Promise<void> {
  const found = []
  for (let after = 'hardware '; ; ) {
    const rows = await reads.list('mfaDevice', account, { limit: 500, after })
    for (const { record } of rows)
      if (record.hardware)
        found.push({
          serial: record.serialNumber,
          ...record.hardware,
          user: record.enabled && (record.enabled.userName ?? 'root'),
          createdAt: record.createdAt,
        })
    if (rows.length < 500) break
    after = rows.at(-1)!.key
  }
  if (json) return out(JSON.stringify(found, null, 2))
  for (const line of table(
    ['SERIAL', 'DIGITS', 'PERIOD', 'USER', 'SINCE'],
    found.map(({ serial, digits, stepSeconds, user = '', createdAt }) => [
      serial,
      String(digits),
      String(stepSeconds),
      user,
      createdAt,
    ]),
  ))
    out(line)
}
