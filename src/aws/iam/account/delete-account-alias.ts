import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'

export const deleteAccountAlias = operation(iamModel('DeleteAccountAlias'), {
  writes: true,
  authorize: () => ({ resource: '*' }),

  async handle({ AccountAlias }, { account, fault }, _found, writes) {
    const record = await writes.find('account', account, 'account')
    if (record?.alias !== AccountAlias)
      throw fault('NoSuchEntity', `The account alias ${AccountAlias} cannot be found.`)
    if (record.aliasBy !== 'api')
      throw fault(
        'AccessDenied',
        `The alias ${AccountAlias} is put in place by the settings file: change it there.`,
      )
    const { alias: _alias, aliasBy: _by, ...rest } = record
    await writes.update('account', account, 'account', rest)
  },
})
