import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'

/**
 * Kept and told by GetAccountSummary. It changes nothing else: session tokens of Gatehouse are
 * valid in every region, whatever their version.
 */
export const setSecurityTokenServicePreferences = operation(
  iamModel('SetSecurityTokenServicePreferences'),
  {
    writes: true,
    authorize: () => ({ resource: '*' }),
    async handle({ GlobalEndpointTokenVersion }, { account }, _found, writes) {
      const record = await writes.find('account', account, 'account')
      if (!record) throw new Error(`account ${account} has no record`)
      await writes.update('account', account, 'account', {
        ...record,
        globalEndpointTokenVersion: GlobalEndpointTokenVersion === 'v1Token' ? 1 : 2,
      })
    },
  },
)
