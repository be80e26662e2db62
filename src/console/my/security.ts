import type { AccessKeyMetadata, MFADevice, User } from '../../reference/aws/iam-shapes.gen.ts'
import { type Action, type Call, type Output, type Part, partOf, unlessAbsent } from '../call.ts'

/** What people do about their own credentials, each with their own permissions. */
export type MyCall = Call<Action>

export interface MyKey {
  readonly key: AccessKeyMetadata
  readonly used: Part<Output<'iam:GetAccessKeyLastUsed'>>
}

/** What a user proves themselves with. A part that they may not read says which action it needs. */
export interface MySecurity {
  readonly user: Part<User>
  readonly password: Part<Output<'iam:GetLoginProfile'> | undefined>
  readonly keys: Part<readonly MyKey[]>
  readonly devices: Part<readonly MFADevice[]>
}

export async function readMySecurity(call: MyCall): Promise<MySecurity> {
  const [user, password, keys, devices] = await Promise.all([
    partOf(call('iam:GetUser', {}).then(({ User: found }) => found)),
    partOf(unlessAbsent(call('iam:GetLoginProfile', {}))),
    partOf(keysOf(call)),
    partOf(call('iam:ListMFADevices', {}).then(({ MFADevices }) => MFADevices)),
  ])
  return { user, password, keys, devices }
}

/** One of the user's own keys; undefined: they have none with this id. */
export async function myKey(call: MyCall, id: string): Promise<MyKey | undefined> {
  return (await keysOf(call)).find(({ key }) => key.AccessKeyId === id)
}

/** A user has two keys at most. */
async function keysOf(call: MyCall): Promise<readonly MyKey[]> {
  const { AccessKeyMetadata: keys } = await call('iam:ListAccessKeys', {})
  return Promise.all(
    keys.map(async (key) => ({
      key,
      used: await partOf(call('iam:GetAccessKeyLastUsed', { AccessKeyId: key.AccessKeyId ?? '' })),
    })),
  )
}

/** Whether a device is an app's: neither a hardware token nor a security key. */
export function isVirtual(serialNumber: string): boolean {
  return /^arn:[^:]*:iam::\d*:mfa\//.test(serialNumber)
}

/** Takes a device from the user; a virtual one is of no use to anybody else. */
export async function removeMyDevice(
  call: MyCall,
  userName: string,
  serialNumber: string,
): Promise<void> {
  await call('iam:DeactivateMFADevice', { UserName: userName, SerialNumber: serialNumber })
  if (!isVirtual(serialNumber)) return
  await unlessAbsent(call('iam:DeleteVirtualMFADevice', { SerialNumber: serialNumber }))
}
