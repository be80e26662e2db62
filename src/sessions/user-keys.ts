import type { Clock } from '../kernel/clock.ts'
import { linkTo } from '../store/links.ts'
import type { MfaDeviceRecord, SecurityKeyRecord, UserRecord } from '../store/records.ts'
import type { Reads, Store, Writes } from '../store/store.ts'
import { mfaDeviceKey } from './mfa.ts'
import type { ChallengeUse, KeyHolder, SecurityKeys, TouchedKey } from './security-keys.ts'

/** An IAM user, or the account's root. */
export interface KeyOwner {
  readonly account: string
  /** Absent: the account's root. */
  readonly user: Pick<UserRecord, 'id' | 'name'> | undefined
}

export interface TouchedDevice {
  readonly serialNumber: string
  readonly at: Date
  /** Whether the key made sure of its holder. */
  readonly userVerified: boolean
}

/** The security keys of IAM users, touched to prove something. */
export interface UserKeys {
  /** Options for a browser, as JSON; undefined where the owner has no key that could be used. */
  proof(owner: KeyOwner, use: ChallengeUse): Promise<string | undefined>
  /**
   * Takes the response once, and keeps the key's new count. `copied`: it is right, and somebody
   * has a copy of the key.
   */
  touch(
    owner: KeyOwner,
    use: ChallengeUse,
    response: string,
  ): Promise<TouchedDevice | 'refused' | 'copied'>
}

interface UserKeyPorts {
  readonly reads: Pick<Reads, 'linked'>
  readonly transact: Store['transact']
  readonly securityKeys: Pick<SecurityKeys, 'usable' | 'proof' | 'touched'>
  readonly clock: Clock
}

/** A user has eight at most. */
const mostDevices = 100

export function createUserKeys({ reads, transact, securityKeys, clock }: UserKeyPorts): UserKeys {
  const devicesOf = async ({ account, user }: KeyOwner) => {
    const owner = linkTo.owner(account, user?.name)
    const rows = await reads.linked('mfaDevice', account, owner, { limit: mostDevices })
    return rows.map(({ record }) => record)
  }
  const holderOf = (
    { account, user }: KeyOwner,
    devices: readonly MfaDeviceRecord[],
  ): KeyHolder => ({
    handle: userHandle(account, user),
    name: user?.name ?? 'root',
    keys: keysOf(devices),
  })
  return {
    async proof(owner, use) {
      const holder = holderOf(owner, await devicesOf(owner))
      if (!securityKeys.usable() || holder.keys.length === 0) return undefined
      return securityKeys.proof(holder, use)
    },
    async touch(owner, use, response) {
      const devices = await devicesOf(owner)
      const touched = await securityKeys.touched(holderOf(owner, devices), use, response)
      if (typeof touched === 'string') return touched
      const { credentialId } = touched.key
      const device = devices.find(({ securityKey }) => securityKey?.credentialId === credentialId)
      const at = clock.now()
      const kept = device ? await transact((tx) => keep(tx, device, touched, at)) : 'refused'
      if (kept !== 'kept') return kept
      return { serialNumber: device!.serialNumber, at, userVerified: touched.userVerified }
    },
  }
}

/** Keeps the count, unless the key was touched with a higher one or taken away meanwhile. */
async function keep(
  tx: Writes,
  device: MfaDeviceRecord,
  { counter }: TouchedKey,
  at: Date,
): Promise<'kept' | 'refused' | 'copied'> {
  const key = mfaDeviceKey(device.serialNumber)
  const now = await tx.find('mfaDevice', device.account, key)
  const { securityKey } = now ?? {}
  if (!now || !securityKey || now.enabled?.userName !== device.enabled?.userName) return 'refused'
  if (counter > 0 && counter <= securityKey.counter) return 'copied'
  const used = { ...securityKey, counter, lastUsedAt: at.toISOString() }
  await tx.update('mfaDevice', device.account, key, { ...now, securityKey: used })
  return 'kept'
}

/** What a discoverable key tells of the IAM user, or of the account's root, whom it is for. */
export function userHandle(account: string, user: Pick<UserRecord, 'id'> | undefined): string {
  return user ? `${account}/${user.id}` : account
}

/**
 * The account and the user's id of a handle, without the id that of the account's root; undefined
 * for any other text.
 */
export function userOfHandle(
  handle: string | undefined,
): { readonly account: string; readonly userId: string | undefined } | undefined {
  const [, account, userId] = /^(\d{12})(?:\/(AIDA[A-Z2-7]{17}))?$/.exec(handle ?? '') ?? []
  return account === undefined ? undefined : { account, userId }
}

/** The security keys among somebody's devices. */
export function keysOf(devices: readonly MfaDeviceRecord[]): readonly SecurityKeyRecord[] {
  return devices.flatMap(({ securityKey }) => securityKey ?? [])
}
