import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { switchTokenIssuer } from './switch-token-issuer.ts'

/**
 * Stops publishing the keys: issued tokens can be verified only by services that have cached them.
 */
export const disableOutboundWebIdentityFederation = operation(
  iamModel('DisableOutboundWebIdentityFederation'),
  {
    writes: true,
    authorize: () => ({ resource: '*' }),
    async handle(_input, { account, fault }, _found, writes) {
      if (!(await switchTokenIssuer(writes, account, false)))
        throw fault(
          'FeatureDisabled',
          'Outbound web identity federation is not enabled for this account.',
        )
    },
  },
)
