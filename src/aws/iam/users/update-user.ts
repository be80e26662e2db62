import { iamArn } from '../../../kernel/arn.ts'
import { operation } from '../../operation.ts'
import { keysOfUser } from '../access-keys/keys-of-user.ts'
import { changeable, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { devicesOfUser, mfaDevice } from '../mfa-devices/mfa-device.ts'

/**
 * Changes name or path; keys, devices, groups, policies, sessions and the trust of roles in the
 * user stay valid. Decided on both the old and the new ARN.
 */
export const updateUser = operation(iamModel('UpdateUser'), {
  writes: true,
  locate: ({ UserName }, call, reads) => findNamed(reads, 'user', call, UserName),

  authorize: ({ UserName, NewUserName, NewPath }, call, found) => [
    namedTarget('user', call, UserName, found),
    {
      resource: iamArn(
        { partition: call.caller.partition, account: call.account },
        'user',
        NewUserName ?? found?.name ?? UserName,
        NewPath ?? found?.path,
      ),
    },
  ],

  async handle({ UserName, NewUserName, NewPath }, call, found, writes) {
    const record = changeable(found, 'user', UserName, call)
    const { account, fault } = call
    const changed = { ...record, name: NewUserName ?? record.name, path: NewPath ?? record.path }
    const [before, after] = [record.name.toLowerCase(), changed.name.toLowerCase()]
    if (before === after) return void (await writes.update('user', account, before, changed))
    if (!(await writes.insert('user', account, after, changed)))
      throw fault('EntityAlreadyExists', `User with name ${changed.name} already exists.`)
    await writes.remove('user', account, before)
    for (const device of await devicesOfUser(writes, account, record.name))
      await mfaDevice.save(writes, { ...device, enabled: { ...device.enabled!, userName: after } })
    for (const key of await keysOfUser(writes, account, record.name)) {
      await writes.update('accessKey', '*', key.accessKeyId, { ...key, userName: changed.name })
    }
  },
})
