import type { Router } from 'express'
import {
  addDevicePage,
  devicePage,
  enableDevicePage,
  type NewDevice,
} from '../../../../views/my/devices.ts'
import { deviceName } from '../../../../views/my/parts.ts'
import { words } from '../../../../views/my/words.ts'
import { unlessAbsent } from '../../../console/call.ts'
import { qrPath } from '../../../console/my/qr-path.ts'
import { removeMyDevice } from '../../../console/my/security.ts'
import { keyUri } from '../../../kernel/key-uri.ts'
import { sendPage } from '../../app-ports.ts'
import { field } from '../../fields.ts'
import { overview } from './keys.ts'
import { asUser, done, frameOf, type MyPorts, type MyTurn, orRefused, ownName } from './turn.ts'

const at = '/portal/security'

/** A user's own MFA devices that make codes: added, set right, removed. */
export function myDeviceRoutes(router: Router, ports: MyPorts): void {
  const { protect } = ports
  router.get(`${at}/add-device`, asUser(ports, showAdd))
  router.post(`${at}/add-device`, protect, asUser(ports, addDevice))
  router.post(`${at}/enable-device`, protect, asUser(ports, enableDevice))
  router.post(`${at}/forget-device`, protect, asUser(ports, forgetDevice))
  router.get(`${at}/device`, asUser(ports, showDevice))
  router.post(`${at}/device/resync`, protect, asUser(ports, resyncDevice))
  router.post(`${at}/device/remove`, protect, asUser(ports, removeDevice))
}

function showAdd(turn: MyTurn): void {
  sendPage(turn.res, addDevicePage(frameOf(turn), { name: turn.session.claims.name }))
}

async function addDevice(turn: MyTurn): Promise<void> {
  const name = (field(turn.req.body, 'name') ?? '').trim().slice(0, 256)
  await orRefused(
    turn,
    async () => {
      const input = { VirtualMFADeviceName: name }
      const made = await turn.call('iam:CreateVirtualMFADevice', input)
      const { SerialNumber: serialNumber, Base32StringSeed } = made.VirtualMFADevice
      const seed = Buffer.from(Base32StringSeed ?? '').toString()
      const { claims, accountName = claims.account } = turn.session
      const qr = await qrPath(keyUri({ name, account: accountName, seed }))
      sendPage(turn.res, enableDevicePage(frameOf(turn), { serialNumber, key: { seed, qr } }))
    },
    (frame) => addDevicePage(frame, { name }),
  )
}

async function enableDevice(turn: MyTurn): Promise<void> {
  const asked: NewDevice = { serialNumber: serialOf(turn) }
  await orRefused(
    turn,
    async () => {
      await turn.call('iam:EnableMFADevice', codesOf(turn))
      await done(turn, words.enabled, at)
    },
    (frame) => enableDevicePage(frame, asked),
  )
}

/** Deletes a device that was not enabled, so that its name is free. */
async function forgetDevice(turn: MyTurn): Promise<void> {
  await orRefused(
    turn,
    async () => {
      const asked = { SerialNumber: serialOf(turn) }
      await unlessAbsent(turn.call('iam:DeleteVirtualMFADevice', asked))
      turn.res.redirect(303, `${at}/add-device`)
    },
    overview(turn),
  )
}

function showDevice(turn: MyTurn): void {
  const serialNumber = field(turn.req.query, 'serial') ?? ''
  const page = devicePage(frameOf(turn), { serialNumber })
  if (deviceName(serialNumber) === '') turn.res.redirect(303, at)
  else sendPage(turn.res, page)
}

async function resyncDevice(turn: MyTurn): Promise<void> {
  const serialNumber = serialOf(turn)
  await orRefused(
    turn,
    async () => {
      await turn.call('iam:ResyncMFADevice', codesOf(turn))
      await done(turn, words.resynced, at)
    },
    (frame) => devicePage(frame, { serialNumber }),
  )
}

async function removeDevice(turn: MyTurn): Promise<void> {
  await orRefused(
    turn,
    async () => {
      await removeMyDevice(turn.call, ownName(turn), serialOf(turn))
      await done(turn, words.removed, at)
    },
    overview(turn),
  )
}

function serialOf({ req }: MyTurn): string {
  return (field(req.body, 'serial') ?? '').slice(0, 256)
}

function codesOf(turn: MyTurn) {
  const code = (name: string) => (field(turn.req.body, name) ?? '').replace(/\s+/g, '').slice(0, 16)
  return {
    UserName: ownName(turn),
    SerialNumber: serialOf(turn),
    AuthenticationCode1: code('code'),
    AuthenticationCode2: code('next-code'),
  }
}
