import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { pageOfList } from '../paging.ts'
import { locateOwner, ownerOf, ownerTarget } from './key-owner.ts'
import { keysOfUser } from './keys-of-user.ts'

export const listAccessKeys = operation(iamModel('ListAccessKeys'), {
  locate: (input, call, reads) => locateOwner(input, call, reads),
  authorize: (input, call, found) => ownerTarget(input, call, found),
  async handle(input, call, found, reads) {
    const user = ownerOf(input, call, found)
    const keys = await keysOfUser(reads, call.account, user?.name)
    const { items, marker } = pageOfList(keys, ({ accessKeyId }) => accessKeyId, input, call)
    return {
      AccessKeyMetadata: items.map(({ accessKeyId, status, createdAt }) => ({
        UserName: user?.name ?? 'root',
        AccessKeyId: accessKeyId,
        Status: status,
        CreateDate: new Date(createdAt),
      })),
      IsTruncated: marker !== undefined,
      Marker: marker,
    }
  },
})
