import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'

/**
 * An account has one alias. A new alias replaces it, unless the settings file defines the alias.
 */
export const createAccountAlias = operation(iamModel('CreateAccountAlias'), {
  writes: true,
  authorize: () => ({ resource: '*' }),

  async handle({ AccountAlias }, { account, fault }, _found, writes) {
    const record = await writes.find('account', account, 'account')
    if (!record) throw new Error(`account ${account} has no record`)
    if (record.alias !== undefined && record.aliasBy !== 'api')
      throw fault(
        'AccessDenied',
        `The alias ${record.alias} is put in place by the settings file: change it there.`,
      )
    const owner = await writes.accountByAlias(AccountAlias)
    if (owner !== undefined)
      throw fault('EntityAlreadyExists', `The account alias ${AccountAlias} already exists.`)
    await writes.update('account', account, 'account', {
      ...record,
      alias: AccountAlias,
      aliasBy: 'api',
    })
  },
})
