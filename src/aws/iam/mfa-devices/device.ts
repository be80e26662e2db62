import { parseArn } from '../../../kernel/arn.ts'
import { mfaDeviceKey } from '../../../sessions/mfa.ts'
import { linkTo } from '../../../store/links.ts'
import type { MfaDeviceRecord, UserRecord } from '../../../store/records.ts'
import type { Reads, Writes } from '../../../store/store.ts'
import type { Call, Target } from '../../operation.ts'
import { resourceTagConditions } from '../../request-context.ts'

/** The account's device of that serial number, which is its ARN. */
export async function findDevice(serialNumber: string, { account }: Call<never>, reads: Pick<Reads, 'find'>): Promise<MfaDeviceRecord | undefined> {
  const record = await reads.find('mfaDevice', account, mfaDeviceKey(serialNumber))
  return record?.serialNumber === serialNumber ? record : undefined
}

export function deviceTarget(serialNumber: string, { account }: Call<never>, found: MfaDeviceRecord | undefined, conditions: Target['conditions'] = {}): Target {
  return { resource: serialNumber, resourceAccount: parseArn(serialNumber)?.account || account, conditions: { ...resourceTagConditions(found?.tags), ...conditions } }
}

/** Throws NoSuchEntity. */
export function existingDevice(found: MfaDeviceRecord | undefined, serialNumber: string, { fault }: Call<'NoSuchEntity'>): MfaDeviceRecord {
  if (!found) throw fault('NoSuchEntity', `VirtualMFADevice with serial number ${serialNumber} doesn't exist.`)
  return found
}

/** The device, where that user has it enabled. Throws NoSuchEntity: another's device is not there. */
export async function deviceOfUser(serialNumber: string, { name }: UserRecord, call: Call<'NoSuchEntity'>, reads: Pick<Reads, 'find'>): Promise<MfaDeviceRecord & Required<Pick<MfaDeviceRecord, 'enabled'>>> {
  const found = await findDevice(serialNumber, call, reads)
  if (found?.enabled?.userName !== name.toLowerCase()) throw call.fault('NoSuchEntity', `MFA device with serial number ${serialNumber} is not enabled for user ${name}.`)
  return { ...found, enabled: found.enabled }
}

export async function saveDevice(writes: Writes, record: MfaDeviceRecord): Promise<void> {
  await writes.update('mfaDevice', record.account, record.name.toLowerCase(), record)
}

/** What users may have at most is far below the page. */
export async function devicesOfUser(reads: Pick<Reads, 'linked'>, account: string, userName: string): Promise<readonly MfaDeviceRecord[]> {
  const rows = await reads.linked('mfaDevice', account, linkTo.owner(account, userName), { limit: 100 })
  return rows.map(({ record }) => record)
}
