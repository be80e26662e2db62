import type { MfaDeviceRecord, SecurityKeyRecord, UserRecord } from '../store/records.ts'

/** What a discoverable key tells of the IAM user, or of the account's root, whom it is for. */
export function userHandle(account: string, user: Pick<UserRecord, 'id'> | undefined): string {
  return user ? `${account}/${user.id}` : account
}

/** The security keys among somebody's devices. */
export function keysOf(devices: readonly MfaDeviceRecord[]): readonly SecurityKeyRecord[] {
  return devices.flatMap(({ securityKey }) => securityKey ?? [])
}
