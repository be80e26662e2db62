import type { Router } from 'express'
import type { MyFrame } from '../../../../views/my/frame.ts'
import { keyPage, newKeyPage } from '../../../../views/my/keys.ts'
import { securityPage } from '../../../../views/my/security.ts'
import { words } from '../../../../views/my/words.ts'
import { myKey, readMySecurity } from '../../../console/my/security.ts'
import { sendPage } from '../../app-ports.ts'
import { field } from '../../fields.ts'
import { asUser, done, frameOf, type MyPorts, type MyTurn, orRefused } from './turn.ts'

const at = '/portal/security'

/** A user's own access keys: made, switched off and on, deleted. */
export function myKeyRoutes(router: Router, ports: MyPorts): void {
  router.post(`${at}/keys`, ports.protect, asUser(ports, createKey))
  router.get(
    `${at}/key`,
    asUser(ports, (turn) => orRefused(turn, () => showKey(turn), overview(turn))),
  )
  router.post(`${at}/key/status`, ports.protect, asUser(ports, setStatus))
  router.post(`${at}/key/delete`, ports.protect, asUser(ports, deleteKey))
}

/** The secret is in this answer alone. */
function createKey(turn: MyTurn): Promise<void> {
  return orRefused(
    turn,
    async () => {
      const { AccessKey } = await turn.call('iam:CreateAccessKey', {})
      const { AccessKeyId: id, SecretAccessKey: secret } = AccessKey
      sendPage(turn.res, newKeyPage(frameOf(turn), { id, secret }))
    },
    overview(turn),
  )
}

async function showKey(turn: MyTurn): Promise<void> {
  const found = await myKey(turn.call, field(turn.req.query, 'id') ?? '')
  if (!found) return turn.res.redirect(303, at)
  sendPage(turn.res, keyPage(frameOf(turn), found))
}

async function setStatus(turn: MyTurn): Promise<void> {
  const AccessKeyId = field(turn.req.body, 'id') ?? ''
  const Status = field(turn.req.body, 'status') === 'Active' ? 'Active' : 'Inactive'
  await orRefused(
    turn,
    async () => {
      await turn.call('iam:UpdateAccessKey', { AccessKeyId, Status })
      const said = Status === 'Active' ? words.activated : words.deactivated
      await done(turn, said, `${at}/key?${new URLSearchParams({ id: AccessKeyId })}`)
    },
    overview(turn),
  )
}

async function deleteKey(turn: MyTurn): Promise<void> {
  const AccessKeyId = field(turn.req.body, 'id') ?? ''
  await orRefused(
    turn,
    async () => {
      await turn.call('iam:DeleteAccessKey', { AccessKeyId })
      await done(turn, words.keyDeleted, at)
    },
    overview(turn),
  )
}

/** The page on which a refusal is shown. */
export function overview({
  call,
}: MyTurn): (frame: MyFrame) => Promise<ReturnType<typeof securityPage>> {
  return async (frame) => securityPage(frame, await readMySecurity(call))
}
