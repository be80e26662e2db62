import { accountOfKey } from '../../kernel/ids.ts'
import { operation } from '../operation.ts'
import { stsModel } from './sts-model.ts'

/**
 * Returns the account of a key id: for a long-term key from its record, otherwise from the account
 * that the id encodes. Returns nothing else.
 */
export const getAccessKeyInfo = operation(stsModel('GetAccessKeyInfo'), {
  authorize: () => ({ resource: '*' }),

  async handle({ AccessKeyId }, { fault }, _found, reads) {
    const owner =
      (await reads.find('accessKey', '*', AccessKeyId))?.owner ?? accountOfKey(AccessKeyId)
    if (owner === undefined)
      throw fault('ValidationError', `The access key ID ${AccessKeyId} is not valid.`)
    return { Account: owner }
  },
})
