import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { locateOwner, ownerOf, ownerTarget } from './key-owner.ts'
import { ownedKey } from './owned-key.ts'

export const deleteAccessKey = operation(iamModel('DeleteAccessKey'), {
  writes: true,
  locate: (input, call, reads) => locateOwner(input, call, reads),
  authorize: (input, call, found) => ownerTarget(input, call, found),
  async handle(input, call, found, writes) {
    const { accessKeyId } = await ownedKey(
      writes,
      input.AccessKeyId,
      ownerOf(input, call, found),
      call,
    )
    await writes.remove('accessKey', '*', accessKeyId)
  },
})
