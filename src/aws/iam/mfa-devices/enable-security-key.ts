import { iamArn } from '../../../kernel/arn.ts'
import type { Ids } from '../../../kernel/ids.ts'
import { mfaDeviceKey } from '../../../sessions/mfa.ts'
import {
  type RegisteredKey,
  type SecurityKeys,
  securityKeyOf,
} from '../../../sessions/security-keys.ts'
import { userHandle } from '../../../sessions/user-keys.ts'
import type { MfaDeviceRecord, UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { type Call, operation } from '../../operation.ts'
import { deviceOwner, deviceOwnerTarget, locateDeviceOwner } from './device-owner.ts'
import { holderOfMore } from './key-holder.ts'
import { registering, registrationBy } from './registering.ts'
import { securityKeyModel } from './security-key-model.ts'

export interface EnableSecurityKeyPorts {
  readonly securityKeys: SecurityKeys
  readonly ids: Pick<Ids, 'securityKey'>
}

interface Input {
  readonly UserName?: string | undefined
  readonly SecurityKeyName: string
  readonly Response: string
}
interface Found {
  readonly user: UserRecord | undefined
  /** Absent: the response does not verify. */
  readonly key: RegisteredKey | undefined
}
type Code = 'NoSuchEntity' | 'LimitExceeded' | 'InvalidAuthenticationCode'

/**
 * Registers the key that answered. Also allowed for users that the settings file manages, and for
 * root itself, as with other devices.
 */
export function enableSecurityKey({ securityKeys, ids }: EnableSecurityKeyPorts) {
  /** A call is located twice; its key is verified once. */
  const verified = new WeakMap<Call<Code>, Promise<RegisteredKey | undefined>>()
  const keyOf = (input: Input, call: Call<Code>, user: UserRecord | undefined) => {
    const known = verified.get(call)
    if (known) return known
    const holder = { handle: userHandle(call.account, user), name: '', keys: [] }
    const key = securityKeys.newKey(holder, registrationBy(call), input.Response)
    verified.set(call, key)
    return key
  }
  return operation(securityKeyModel('EnableSecurityKey'), {
    writes: true,

    async locate(input, call, reads): Promise<Found> {
      const user = await locateDeviceOwner(input, call, reads)
      return { user, key: await keyOf(input, call, user) }
    },
    authorize: (input, call, { user, key }) =>
      registering(deviceOwnerTarget(input, call, user), {
        step: 'Activate',
        certifications: key?.certifications,
      }),

    async prepare(input, call, found, reads) {
      await fitting(input, call, found, reads)
      // Used up even if the change fails later: the browser asks for another one.
      if (!(await securityKeys.claim(found.key!.challenge))) throw unfit(call)
      return async (again, writes) => {
        const user = await fitting(input, call, again, writes)
        const record = recordOf(input, call, { ...again, user }, ids.securityKey())
        await writes.insert('mfaDevice', call.account, mfaDeviceKey(record.serialNumber), record)
        return { SerialNumber: record.serialNumber }
      }
    },
  })
}

/** Returns the user who may have the key. Throws where it does not verify or is not new. */
async function fitting(
  input: Input,
  call: Call<Code>,
  { user: found, key }: Found,
  reads: Reads,
): Promise<UserRecord | undefined> {
  const user = deviceOwner(input, call, found)
  const { keys } = await holderOfMore(user, call, reads)
  if (!key || keys.some(({ credentialId }) => credentialId === key.credentialId)) throw unfit(call)
  return user
}

function unfit({ fault }: Call<Code>): Error {
  return fault(
    'InvalidAuthenticationCode',
    'The response of the security key is not valid, has ended or was used. Register it again.',
  )
}

function recordOf(
  { SecurityKeyName: name }: Input,
  { account, caller, now }: Call<Code>,
  { user, key }: Found,
  id: string,
): MfaDeviceRecord {
  const owner = user ? `user/${user.name}` : 'root'
  const at = now.toISOString()
  return {
    account,
    name,
    path: '/',
    serialNumber: iamArn({ partition: caller.partition, account }, 'u2f', `${owner}/${name}-${id}`),
    securityKey: securityKeyOf(key!),
    tags: [],
    createdAt: at,
    managedBy: 'api',
    enabled: { userName: user?.name.toLowerCase(), at, driftSteps: 0 },
  }
}
