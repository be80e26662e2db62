import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { locateOwner, ownerOf, ownerTarget } from './key-owner.ts'
import { ownedKey } from './owned-key.ts'

/** Requests signed with an inactive key are refused as if the key did not exist. */
export const updateAccessKey = operation(iamModel('UpdateAccessKey'), {
  writes: true,
  locate: (input, call, reads) => locateOwner(input, call, reads),
  authorize: (input, call, found) => ownerTarget(input, call, found),
  async handle(input, call, found, writes) {
    const { Status } = input
    if (Status === 'Expired')
      throw call.fault('InvalidInput', 'A status can be set to Active or Inactive.')
    const key = await ownedKey(writes, input.AccessKeyId, ownerOf(input, call, found), call)
    await writes.update('accessKey', '*', key.accessKeyId, { ...key, status: Status })
  },
})
