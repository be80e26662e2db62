import { SignInFault } from '../../kernel/sign-in-fault.ts'
import { linkTo } from '../../store/links.ts'
import type { MfaDeviceRecord, SecurityKeyRecord } from '../../store/records.ts'
import { ownerId, type UserStep } from './steps.ts'
import type { ProveFactor, UserSignInPorts } from './user-ports.ts'

/** A device that makes codes, as its owner chooses it. */
export interface CodeDevice {
  /** The ARN, or the number that is printed on it. */
  readonly serialNumber: string
  readonly name: string
  readonly digits: 6 | 8
}

/**
 * What the user can show as a second factor, a list for each kind. A user who has any has to show
 * one.
 */
export interface Factors {
  readonly devices: readonly CodeDevice[]
  readonly securityKeys: readonly KeyDevice[]
}

/** A security key of the user. */
export interface KeyDevice extends SecurityKeyRecord {
  readonly serialNumber: string
}

/** A user has eight at most. */
const mostDevices = 100

export async function factorsOf(
  { reads }: Pick<UserSignInPorts, 'reads'>,
  { account, user }: Pick<UserStep, 'account' | 'user'>,
): Promise<Factors> {
  const owner = linkTo.owner(account, user?.name)
  const rows = await reads.linked('mfaDevice', account, owner, { limit: mostDevices })
  const records = rows.map(({ record }) => record)
  return {
    devices: records.filter(({ securityKey }) => !securityKey).map(deviceOf),
    securityKeys: records.flatMap(({ serialNumber, securityKey }) =>
      securityKey ? [{ ...securityKey, serialNumber }] : [],
    ),
  }
}

export function hasAny({ devices, securityKeys }: Factors): boolean {
  return devices.length + securityKeys.length > 0
}

/** CloudTrail's words for the kinds of devices (user guide, "CheckMfa"). */
export function mfaType({ devices, securityKeys }: Factors): string {
  if (devices.length + securityKeys.length > 1) return 'Multiple MFA Devices'
  if (securityKeys.length > 0) return 'U2F MFA'
  return devices.some(({ serialNumber }) => !serialNumber.startsWith('arn:'))
    ? 'Hardware MFA'
    : 'Virtual MFA'
}

function deviceOf({ serialNumber, name, hardware }: MfaDeviceRecord): CodeDevice {
  return { serialNumber, name, digits: hardware?.digits ?? 6 }
}

/** What was typed of one device. `next`: the code after it, so that the clock is learned. */
export interface TypedCode {
  readonly serialNumber: string
  readonly code: string
  readonly next?: string | undefined
}

/** Proves a device by its code, or by two in a row where its clock is off. */
export function byCode(
  { mfa }: Pick<UserSignInPorts, 'mfa'>,
  { serialNumber, code, next }: TypedCode,
): ProveFactor {
  return async ({ account, user }, { sourceAddress }) => {
    const codes = [code, ...(next === undefined ? [] : [next])]
    if (!codes.every((one) => /^\d{6}(\d\d)?$/.test(one)))
      throw new SignInFault('code-refused', 'not 6 or 8 digits')
    const claim = {
      account,
      userName: user?.name,
      userId: ownerId({ account, user }),
      bySession: false,
      sourceAddress,
      serialNumber,
      code,
    }
    const answer = next === undefined ? await mfa.take(claim) : await mfa.resync({ ...claim, next })
    if (answer === 'taken') return { id: serialNumber }
    if (answer === 'too-many')
      throw new SignInFault('too-many-tries', 'too many codes of this user or from this address')
    throw new SignInFault(
      'code-refused',
      answer === 'unknown' ? 'no device of this user has the number' : 'wrong, or used before',
    )
  }
}
