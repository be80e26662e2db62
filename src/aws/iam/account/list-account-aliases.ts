import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'

export const listAccountAliases = operation(iamModel('ListAccountAliases'), {
  authorize: () => ({ resource: '*' }),
  async handle(_input, { account }, _found, reads) {
    const alias = (await reads.find('account', account, 'account'))?.alias
    return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false }
  },
})
