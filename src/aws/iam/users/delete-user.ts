import { operation } from '../../operation.ts'
import { keysOfUser } from '../access-keys/keys-of-user.ts'
import { changeable, findNamed, heldBy, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { profileOf } from '../login-profiles/login-profile.ts'
import { devicesOfUser } from '../mfa-devices/mfa-device.ts'
import { type OwnedKind, ownedBy } from '../owned-by-user.ts'

/** The temporary credentials that a user obtained end with the user. */
export const deleteUser = operation(iamModel('DeleteUser'), {
  writes: true,
  locate: ({ UserName }, call, reads) => findNamed(reads, 'user', call, UserName),
  authorize: ({ UserName }, call, found) => namedTarget('user', call, UserName, found),

  async handle({ UserName }, call, found, writes) {
    const record = changeable(found, 'user', UserName, call)
    const { account, fault } = call
    const held = heldBy(record)
    if (held !== undefined) throw fault('DeleteConflict', held)
    if (record.groups.length > 0)
      throw fault('DeleteConflict', 'Cannot delete entity, must remove users from group first.')
    if (await profileOf(record, writes))
      throw fault('DeleteConflict', 'Cannot delete entity, must delete login profile first.')
    if ((await keysOfUser(writes, account, record.name)).length > 0)
      throw fault('DeleteConflict', 'Cannot delete entity, must delete access keys first.')
    const holds = async (kind: OwnedKind) =>
      (await ownedBy(writes, kind, account, record.id)).length > 0
    if (await holds('signingCertificate'))
      throw fault('DeleteConflict', 'Cannot delete entity, must delete signing certificates first.')
    if ((await holds('sshPublicKey')) || (await holds('serviceCredential')))
      throw fault('DeleteConflict', 'Cannot delete entity, must remove referenced objects first.')
    if ((await devicesOfUser(writes, account, record.name)).length > 0)
      throw fault('DeleteConflict', 'Cannot delete entity, must delete MFA device first.')
    await writes.remove('user', account, record.name.toLowerCase())
  },
})
