import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { switchOutbound } from './switch-outbound.ts'

/** The keys are no longer published: tokens that are out can not be verified by who has not cached them. */
export const disableOutboundWebIdentityFederation = operation(iamModel('DisableOutboundWebIdentityFederation'), {
  writes: true,
  authorize: () => ({ resource: '*' }),
  async handle(_input, { account, fault }, _found, writes) {
    if (!(await switchOutbound(writes, account, false))) throw fault('FeatureDisabled', 'Outbound web identity federation is not enabled for this account.')
  },
})
