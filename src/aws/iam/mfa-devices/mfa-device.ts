import { parseArn } from '../../../kernel/arn.ts'
import { type Mfa, mfaDeviceKey } from '../../../sessions/mfa.ts'
import { linkTo } from '../../../store/links.ts'
import type { MfaDeviceRecord, UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call } from '../../operation.ts'
import { arnEntity } from '../arn-entity.ts'

/** Access to the device named by a serial number: its ARN, or what is printed on hardware. */
export const mfaDevice = arnEntity({
  kind: 'mfaDevice',
  member: 'SerialNumber',
  // A serial number may be any text: one that is not an ARN is a hardware device's.
  parse: (serialNumber, { account }) => ({
    account: parseArn(serialNumber)?.account || account,
    key: mfaDeviceKey(serialNumber),
  }),
  keyOf: ({ serialNumber }) => mfaDeviceKey(serialNumber),
  arnOf: ({ serialNumber }) => serialNumber,
  missing: (serialNumber) => `VirtualMFADevice with serial number ${serialNumber} doesn't exist.`,
})

/**
 * Returns the device if the user has it enabled, or the account's root (undefined). Throws
 * NoSuchEntity, also for a device of another.
 */
export async function deviceOf(
  serialNumber: string,
  user: UserRecord | undefined,
  call: Call<'NoSuchEntity'>,
  reads: Pick<Reads, 'find'>,
): Promise<MfaDeviceRecord & Required<Pick<MfaDeviceRecord, 'enabled'>>> {
  const found = await mfaDevice.find({ SerialNumber: serialNumber }, call, reads)
  if (!found?.enabled || found.enabled.userName !== user?.name.toLowerCase())
    throw call.fault(
      'NoSuchEntity',
      `MFA device with serial number ${serialNumber} is not enabled for ` +
        (user ? `user ${user.name}.` : 'the root of the account.'),
    )
  return { ...found, enabled: found.enabled }
}

/**
 * The devices of a user, or of the account's root (undefined). The quota is far below the size of
 * the page.
 */
export async function devicesOfUser(
  reads: Pick<Reads, 'linked'>,
  account: string,
  userName: string | undefined,
): Promise<readonly MfaDeviceRecord[]> {
  const rows = await reads.linked('mfaDevice', account, linkTo.owner(account, userName), {
    limit: 100,
  })
  return rows.map(({ record }) => record)
}

type Codes = Call<'InvalidAuthenticationCode'>

/**
 * Uses two consecutive codes up and returns the drift of the device's clock. May wait for Redis, so
 * call it outside of transactions: the codes stay used if the change fails later.
 */
export async function takenPair(
  mfa: Pick<Mfa, 'takePair'>,
  device: MfaDeviceRecord,
  [first, second]: readonly [string, string],
  call: Codes,
): Promise<number> {
  const driftSteps = await mfa.takePair(device, first, second)
  if (driftSteps === undefined) throw wrongCode(call)
  return driftSteps
}

/** Refuses a device that was made anew since its codes were taken: they prove nothing of it. */
export function sameSeed(now: MfaDeviceRecord, then: MfaDeviceRecord, call: Codes): void {
  if (now.sealedSeed !== then.sealedSeed) throw wrongCode(call)
}

function wrongCode({ fault }: Codes): Error {
  return fault('InvalidAuthenticationCode', 'Authentication code for device is not valid')
}
