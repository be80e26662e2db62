import type { Page } from '../../page.ts'
import { deleteDevice, devices } from './device-list.ts'
import { createDevice, giveDevice } from './give-device.ts'
import { deviceTags, resyncDevice, userDevice } from './user-device.ts'

/** Every page about MFA devices, but those of security keys. */
export const mfaPages: readonly Page[] = [
  devices,
  deleteDevice,
  createDevice,
  giveDevice,
  userDevice,
  resyncDevice,
  deviceTags,
]
