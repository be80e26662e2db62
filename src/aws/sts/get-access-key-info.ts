import { accountOfKey } from '../../kernel/ids.ts'
import { operation } from '../operation.ts'
import { stsModel } from './sts-model.ts'

/** Whose key an id is: of a long-term key by its record, of any other by the account that its text holds. Tells nothing else. */
export const getAccessKeyInfo = operation(stsModel('GetAccessKeyInfo'), {
  authorize: () => ({ resource: '*' }),

  async handle({ AccessKeyId }, { fault }, _found, reads) {
    const owner = (await reads.find('accessKey', '*', AccessKeyId))?.owner ?? accountOfKey(AccessKeyId)
    if (owner === undefined) throw fault('ValidationError', `The access key ID ${AccessKeyId} is not valid.`)
    return { Account: owner }
  },
})
